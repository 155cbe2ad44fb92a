# Convene. `make` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help run test test-all fast check docs bench drill deploy-test

help: ## List what there is
	@echo 'Convene: mailing lists and newsletters for bodies that convene people.'; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; echo '  PORT=9001 VAR_DIR=/somewhere make run    another port, another folder for its data'

run: ## Set up and run everything on this machine, with demo data, until Ctrl-C
	@exec bin/run

test: ## Set up and run what a change must pass, in about twelve minutes
	@exec bin/test

test-all: ## Run all tests; SECTION=embedded, browser, services or journey: one section of them
	@exec bin/test $(or $(SECTION),all)

fast: ## Run the tests of what changed since main, in seconds
	@exec bin/test fast

check: ## Check lint, types, import rules and links of the documentation alone
	@exec bin/test check

docs: ## Build the documentation as a website, in var/docs
	@exec bin/test docs

bench: ## Measure the speed of this machine: sending, launch, APIs, webhooks, import
	@exec bin/test bench

drill: ## Attack sign-up, and send 200 campaigns under faults; compare with what must be
	@exec bin/test drill

deploy-test: ## As root: set up a server in a container as deploy/README.md says, and send from it
	@exec bin/test deploy-test
