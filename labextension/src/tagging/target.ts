/** What a tagging command works on. */
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { PipelineModel } from '../pipeline/model';
import { placesOf } from './tags';

/** A notebook that can be tagged. */
export interface ITaggingTarget {
  readonly panel: NotebookPanel;
  readonly pipeline: PipelineModel;
}

/** For commands that are described as taking no arguments. */
export const NO_ARGUMENTS = {
  args: { type: 'object', properties: {} }
} as const;

/** The step of the active cell. */
export function activeStep(target: ITaggingTarget): string | null {
  const index = target.panel.content.activeCellIndex;
  return placesOf(target.pipeline.cells)[index]?.step ?? null;
}
