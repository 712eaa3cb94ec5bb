/** The steps of a run with the items of a mapped step together. Pure. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { StepRun } from '../api/_generated';
import { stateWord } from './states';
import { byState, nameOf, worst } from './words';

/** A step, or all items of a mapped one; never empty. */
export interface IStepGroup {
  readonly name: string;
  readonly items: readonly StepRun[];
  /** What a person has to know first. */
  readonly shown: StepRun;
}

export function stepGroups(steps: readonly StepRun[]): IStepGroup[] {
  const found = new Map<string, StepRun[]>();
  for (const step of steps) {
    found.set(step.step, [...(found.get(step.step) ?? []), step]);
  }
  const groups: IStepGroup[] = [];
  for (const [name, items] of found) {
    const shown = worst(items);
    if (shown) {
      groups.push({ name, items, shown });
    }
  }
  return groups;
}

/** How the items of a mapped step stand, such as `12 items: 1 failed, 11 success`; empty for a plain step. */
export function itemsWord(
  trans: TranslationBundle,
  { items }: IStepGroup
): string {
  if (items.length < 2 && (items[0]?.mapIndex ?? -1) < 0) {
    return '';
  }
  const counts = new Map<string, number>();
  for (const { state } of byState(items)) {
    const word = stateWord(trans, state);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return trans._n(
    '%1 item: %2',
    '%1 items: %2',
    items.length,
    [...counts].map(([word, count]) => `${count} ${word}`).join(', ')
  );
}

/** The name that people read: of the step, or of its one item. */
export function groupName(group: IStepGroup): string {
  return group.items.length === 1 ? nameOf(group.shown) : group.name;
}
