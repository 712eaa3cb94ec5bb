/** Steps x runs as rows and columns. Pure. */
import type { Run, StepRun } from '../api/_generated';
import { worst } from '../runs/words';

export interface IGridCell {
  /** What tells most of the step's items; null where the run has no such step. */
  readonly step: StepRun | null;
  readonly items: number;
}

export interface IGridRow {
  readonly name: string;
  readonly cells: readonly IGridCell[];
}

/** One row for each step that any run has, in the pipeline's order; steps of the past come last. */
export function gridRows(
  runs: readonly Run[],
  order: readonly string[]
): IGridRow[] {
  const names = new Set(order);
  for (const run of runs) {
    run.steps.forEach(step => names.add(step.step));
  }
  return [...names].map(name => ({
    name,
    cells: runs.map(run => {
      const items = run.steps.filter(step => step.step === name);
      return { step: worst(items), items: items.length };
    })
  }));
}

/** Where an arrow key leads from a cell; null for another key. */
export function moved(
  key: string,
  [row, column]: readonly [number, number],
  [rows, columns]: readonly [number, number]
): readonly [number, number] | null {
  switch (key) {
    case 'ArrowUp':
      return [Math.max(0, row - 1), column];
    case 'ArrowDown':
      return [Math.min(rows - 1, row + 1), column];
    case 'ArrowLeft':
      return [row, Math.max(0, column - 1)];
    case 'ArrowRight':
      return [row, Math.min(columns - 1, column + 1)];
    case 'Home':
      return [row, 0];
    case 'End':
      return [row, columns - 1];
    default:
      return null;
  }
}
