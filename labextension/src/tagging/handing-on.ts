/** A cell that does not run in pipelines begins no step: what it is tagged with goes on to the next cell that runs. */
import type { Retagging } from './retag';
import { type ITaggedCell, isPartOfStep, stepIn, withStep } from './tags';

/** A change with what it takes to keep the cells below a skipped beginning in the step where a person sees them. */
export function handedOn(
  cells: readonly ITaggedCell[],
  change: Retagging
): Retagging {
  const complete = new Map(change);
  let seen: string | null = null;
  let running: string | null = null;
  cells.forEach((cell, index) => {
    const tags = change.get(index) ?? cell.tags;
    const own = stepIn(tags);
    if (own !== null && (change.has(index) || isPartOfStep(tags))) {
      seen = own;
    }
    if (!isPartOfStep(tags)) {
      return;
    }
    if (own === null && seen !== running) {
      complete.set(index, withStep(tags, seen));
    }
    running = seen;
  });
  return complete;
}
