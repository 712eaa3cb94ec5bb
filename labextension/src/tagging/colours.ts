/** Colours of steps. They read on light and dark pages and differ for colour-blind eyes; a name always stands beside them. */
import type { Step } from '../api/_generated';

export const PALETTE = [
  '#0094f5',
  '#816e01',
  '#ba4281',
  '#57754e',
  '#7f5fba',
  '#56a34d',
  '#c27f87',
  '#b082bd'
] as const;

/** The colours of one notebook's steps. A step keeps its own while others come, go and move, and when it is renamed. */
export class StepColours {
  /** A colour for each step, in the order of the notebook: never that of the step above. */
  of(steps: readonly string[]): Map<string, string> {
    this._rename(steps);
    const taken = new Set<number | undefined>(
      steps.map(step => this._slots.get(step))
    );
    steps.forEach((step, index) => {
      const above = this._slots.get(steps[index - 1] ?? '');
      const own = this._slots.get(step);
      if (own === undefined || own === above) {
        const below = this._slots.get(steps[index + 1] ?? '');
        const slot = freeSlot(step, taken, [above, below]);
        taken.add(slot);
        this._slots.set(step, slot);
      }
    });
    this._last = steps;
    return new Map(
      steps.map(step => [
        step,
        PALETTE[this._slots.get(step) ?? 0] ?? PALETTE[0]
      ])
    );
  }

  /** One new name in the place of one that is gone is the same step. */
  private _rename(steps: readonly string[]): void {
    const last = this._last;
    const changed = steps.filter((step, index) => step !== last[index]);
    const index = steps.findIndex(step => step === changed[0]);
    const slot = this._slots.get(last[index] ?? '');
    const renamed =
      steps.length === last.length &&
      changed.length === 1 &&
      !this._slots.has(changed[0] ?? '');
    if (renamed && slot !== undefined) {
      this._slots.set(changed[0] ?? '', slot);
    }
  }

  private readonly _slots = new Map<string, number>();
  private _last: readonly string[] = [];
}

const OF_NOTEBOOKS = new WeakMap<object, StepColours>();

/** The colours of a notebook's steps, wherever they are shown. */
export function stepColours(
  notebook: object,
  steps: readonly string[]
): Map<string, string> {
  const known = OF_NOTEBOOKS.get(notebook) ?? new StepColours();
  OF_NOTEBOOKS.set(notebook, known);
  return known.of(steps);
}

/** The colours of analysed steps as the cells have them: what the tool adds by itself has none. */
export function coloursOf(
  notebook: object | null,
  steps: readonly Pick<Step, 'name' | 'automatic'>[]
): Map<string, string> {
  const names = steps.filter(step => !step.automatic).map(step => step.name);
  return notebook === null
    ? new StepColours().of(names)
    : stepColours(notebook, names);
}

/** A colour chosen by the step's name, as long as the steps beside it and, while there are enough, all others have another one. */
function freeSlot(
  step: string,
  taken: ReadonlySet<number | undefined>,
  beside: readonly (number | undefined)[]
): number {
  const first = hash(step) % PALETTE.length;
  const turns = [...PALETTE.keys()].map(
    turn => (first + turn) % PALETTE.length
  );
  return (
    turns.find(slot => !taken.has(slot)) ??
    turns.find(slot => !beside.includes(slot)) ??
    first
  );
}

function hash(text: string): number {
  let value = 0;
  for (const letter of text) {
    value = (value * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  }
  return value;
}
