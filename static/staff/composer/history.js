// Undo and redo over whole states of the form.
//
// A state is immutable and shares its texts with the one before, so five hundred of them cost
// little. Whatever changed, undoing is the same: the state before is put into the form. Steps that
// only their own editor can take back (ProseMirror keeps such) would be lost with a removed block,
// and could not be taken in turn with those of other fields.

export const PAUSE = 800; // ms without a change that end a run of typing
export const LONGEST = 10000; // ms of typing that are undone at once
const LIMIT = 500;

export function sameState(one, other) {
  if (one === other) return true;
  if (one.order.length !== other.order.length) return false;
  if (one.order.some((id, place) => id !== other.order[place])) return false;
  const names = Object.keys(one.fields);
  return names.length === Object.keys(other.fields).length
    && names.every((name) => one.fields[name] === other.fields[name]);
}

export class History {
  constructor(state) {
    this.steps = [{ state, label: "", where: "", key: null }];
    this.place = 0;
    this.isSealed = true;
  }

  // `label` says what was done, `where` the field or block, `key` the field of a run of typing:
  // changes of one key that follow each other closely are one step.
  record(state, { label, where = "", key = null, now = performance.now() }) {
    const last = this.steps[this.place];
    if (sameState(last.state, state)) return false;
    const goesOn = key !== null && !this.isSealed && last.key === key
      && now - last.at < PAUSE && now - last.since < LONGEST;
    if (goesOn) {
      this.steps[this.place] = { ...last, state, at: now };
      this.steps.length = this.place + 1;
    } else {
      this.steps.length = this.place + 1;
      this.steps.push({ state, label, where, key, at: now, since: now });
      if (this.steps.length > LIMIT) this.steps.shift();
      this.place = this.steps.length - 1;
    }
    this.isSealed = key === null;
    return true;
  }

  get state() { return this.steps[this.place].state; }

  get canUndo() { return this.place > 0; }

  get canRedo() { return this.place < this.steps.length - 1; }

  // What would be undone or redone, for the titles of buttons.
  get toUndo() { return this.canUndo ? this.steps[this.place].label : ""; }

  get toRedo() { return this.canRedo ? this.steps[this.place + 1].label : ""; }

  undo() {
    if (!this.canUndo) return null;
    const { label, where } = this.steps[this.place];
    this.place -= 1;
    this.isSealed = true;
    return { state: this.state, label, where };
  }

  redo() {
    if (!this.canRedo) return null;
    this.place += 1;
    this.isSealed = true;
    const { state, label, where } = this.steps[this.place];
    return { state, label, where };
  }
}
