// Adding, moving, duplicating and removing blocks, in the page alone: no request is made, so
// nothing that is being written is rendered anew, and a slow or dead line changes nothing.
import { announce } from "composer/announce";
import {
  arrange, blocks, byId, composer, focusBlock, focusField, idOf, labelOf, makeBlock, maximum, newId,
  typeOf,
} from "composer/blocks";
import { equip, setHtml } from "composer/editors";
import { commit, quietly } from "composer/undo";

const SAYS = { up: "moved up", down: "moved down" };

const namesOf = (some) => (some.length === 1 ? labelOf(some[0]) : `${some.length} blocks`);

function hasRoom(number) {
  if (blocks().length + number <= maximum()) return true;
  announce(`An email can have ${maximum()} blocks at most.`);
  return false;
}

// Add a blank block below another, or at the end, and put the cursor into it. With `instead`, it
// takes the place of the other.
export function add(type, below, instead = false) {
  if (!hasRoom(instead ? 0 : 1)) return;
  const all = blocks();
  const block = makeBlock(type, newId());
  const place = below ? all.indexOf(below) + 1 : all.length;
  all.splice(instead ? place - 1 : place, instead ? 1 : 0, block);
  arrange(all);
  equip();
  commit(`add ${labelOf(block)}`, idOf(block));
  focusField(block);
  announce(`${labelOf(block)} added as block ${all.indexOf(block) + 1} of ${all.length}.`);
}

export function move(some, direction) {
  const all = blocks();
  const chosen = new Set(some);
  const moved = direction === "up" ? all : all.toReversed();
  let isMoved = false;
  for (let at = 1; at < moved.length; at += 1) {
    if (!chosen.has(moved[at]) || chosen.has(moved[at - 1])) continue;
    [moved[at - 1], moved[at]] = [moved[at], moved[at - 1]];
    isMoved = true;
  }
  if (!isMoved) return announce(direction === "up" ? "Already at the top." : "Already at the end.");
  return settle(direction === "up" ? moved : moved.toReversed(), some, SAYS[direction]);
}

// Move blocks before another, or to the end.
export function moveBefore(some, other) {
  const all = blocks();
  const rest = all.filter((block) => !some.includes(block));
  const place = other ? rest.indexOf(other) : rest.length;
  rest.splice(place, 0, ...all.filter((block) => some.includes(block)));
  if (rest.every((block, at) => block === all[at])) return announce("Not moved.");
  return settle(rest, some, "moved");
}

function settle(wanted, some, how) {
  arrange(wanted);
  commit(`move ${namesOf(some)}`, idOf(some[0]));
  some[0].scrollIntoView({ block: "nearest" });
  const place = blocks().indexOf(some[0]) + 1;
  announce(`${namesOf(some)} ${how}, now ${place} of ${blocks().length}.`);
}

export function duplicate(some) {
  if (!hasRoom(some.length)) return;
  const copies = some.map(copyOf);
  const all = blocks();
  all.splice(all.indexOf(some.at(-1)) + 1, 0, ...copies.map(({ block }) => block));
  arrange(all);
  equip();
  quietly(() => { for (const { block, from } of copies) fill(block, from); });
  commit(`duplicate ${namesOf(some)}`, idOf(copies[0].block));
  focusBlock(copies[0].block);
  announce(`${namesOf(some)} duplicated.`);
}

function copyOf(from) {
  return { from, block: makeBlock(typeOf(from), newId()) };
}

function fill(block, from) {
  for (const field of from.querySelectorAll("[name]")) {
    const rest = field.name.slice(idOf(from).length);
    const own = composer().elements[`${idOf(block)}${rest}`];
    if (!own || field.tagName === "BUTTON" || field.type === "file" || rest === "-type") continue;
    if (field.type === "checkbox") own.checked = field.checked;
    else if (!setHtml(own, field.value)) own.value = field.value;
    own.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

export function remove(some) {
  const all = blocks();
  const next = all[Math.max(...some.map((block) => all.indexOf(block))) + 1];
  const before = all[Math.min(...some.map((block) => all.indexOf(block))) - 1];
  const where = idOf(some[0]);
  const names = namesOf(some);
  arrange(all.filter((block) => !some.includes(block)));
  commit(`remove ${names}`, where);
  focusBlock(next || before);
  announce(`${names} removed. Undo brings it back.`);
}

// Do what a button of the form says, such as up:ID or add:TYPE:ID. Return whether it was such.
export function act(value) {
  const [name, first, second] = value.split(":");
  if (name === "add") return add(first, second && byId(second)) ?? true;
  const block = byId(first);
  const does = { up: move, down: move, duplicate, remove }[name];
  if (!does || !block) return false;
  does([block], name);
  return true;
}
