/** Which run an executed notebook shows, by its path in the read-only drive. Pure. */
import type { IRunRef } from '../runs/tokens';

const EXECUTED = /^promote:([a-z0-9][^/]*)\/([^/]+)\/([^/]+)\.ipynb$/;

/** The run, and the name of the file without its ending: `whole`, or the step's. */
export interface IExecuted extends IRunRef {
  readonly file: string;
}

/** null for a notebook that is no executed one of a run. */
export function executedAt(path: string): IExecuted | null {
  const [, dagId, runId, file] = EXECUTED.exec(path) ?? [];
  return dagId && runId && file
    ? { dagId, runId: decodeURIComponent(runId), file }
    : null;
}

/** The notebook of one attempt, from the path of the step's latest one. */
export function ofAttempt(path: string, attempt: number): string {
  return path.replace(/\.ipynb$/, `.a${attempt}.ipynb`);
}
