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

/** A colour for each step: chosen by its name, so that it keeps it when other steps come and go, and never that of the step above. */
export function stepColours(steps: readonly string[]): Map<string, string> {
  const colours = new Map<string, string>();
  const taken = new Set<number>();
  let above = -1;
  for (const step of steps) {
    let slot = hash(step) % PALETTE.length;
    while (taken.size < PALETTE.length ? taken.has(slot) : slot === above) {
      slot = (slot + 1) % PALETTE.length;
    }
    taken.add(slot);
    above = slot;
    colours.set(step, PALETTE[slot] ?? PALETTE[0]);
  }
  return colours;
}

/** The colours of analysed steps as the cells have them: what the tool adds by itself has none. */
export function coloursOf(
  steps: readonly Pick<Step, 'name' | 'automatic'>[]
): Map<string, string> {
  return stepColours(
    steps.filter(step => !step.automatic).map(step => step.name)
  );
}

function hash(text: string): number {
  let value = 0;
  for (const letter of text) {
    value = (value * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  }
  return value;
}
