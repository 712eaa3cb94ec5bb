/** What a tagging command works on. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PipelineModel } from '../pipeline/model';
import { moveStartTo, startRange } from './retag';
import { drawnSteps, placesOf } from './tags';

/** A notebook that can be tagged. */
export interface ITaggingTarget {
  readonly panel: NotebookPanel;
  readonly pipeline: PipelineModel;
}

/** What the commands of tagging need. */
export interface ITaggingOptions {
  readonly commands: JupyterFrontEnd['commands'];
  readonly trans: TranslationBundle;
  /** The active notebook; null when there is none that can be tagged. */
  readonly target: () => ITaggingTarget | null;
}

/** For commands that are described as taking no arguments. */
export const NO_ARGUMENTS = {
  args: { type: 'object', properties: {} }
} as const;

/** The step of the active cell. */
export function activeStep(target: ITaggingTarget): string | null {
  const index = target.panel.content.activeCellIndex;
  return drawnSteps(target.pipeline.cells)[index] ?? null;
}

/** Where the step that begins at a cell could begin; null where none begins, and in what a run made. */
export function startRangeAt(
  target: ITaggingTarget,
  cell: Cell
): readonly [number, number] | null {
  const step = beginningAt(target, cell);
  return step === null ? null : startRange(target.pipeline.cells, step);
}

/** Let the step that begins at a cell begin at the one with that index, as one undo step. */
export function moveStartOf(
  target: ITaggingTarget,
  cell: Cell,
  index: number
): void {
  const step = beginningAt(target, cell);
  if (step !== null) {
    target.pipeline.retag(moveStartTo(target.pipeline.cells, step, index));
  }
}

function beginningAt(target: ITaggingTarget, cell: Cell): string | null {
  const { panel, pipeline } = target;
  const place = placesOf(pipeline.cells)[panel.content.widgets.indexOf(cell)];
  return place?.starts && !pipeline.derivedFrom ? place.step : null;
}
