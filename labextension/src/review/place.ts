/** Which run an executed notebook shows, by its path in the read-only drive. Pure. */
import type { IRunRef } from '../runs/tokens';
import { when } from '../runs/words';

const DRIVE = /^promote:/;
const EXECUTED = /^([a-z0-9][^/]*)\/([^/]+)\/([^/]+)\.ipynb$/;
const MOMENT = /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?/;
/** A test run and `jupyter promote run` name theirs by the clock of the computer. */
const LOCAL = /^local__(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)/;
const WHOLE = 'whole';
/** Between the parts of a name that a tab shows; the server leaves them out. */
const BETWEEN = ' · ';

/** The run, and the name of the file without its ending: `whole`, or the step's. */
export interface IExecuted extends IRunRef {
  readonly file: string;
}

/** null for a notebook that is no executed one of a run. */
export function executedAt(path: string): IExecuted | null {
  return DRIVE.test(path) ? partsOf(path.replace(DRIVE, '')) : null;
}

/** The notebook of one attempt, from the path of the step's latest one. */
export function ofAttempt(path: string, attempt: number): string {
  return path.replace(/\.ipynb$/, `.a${attempt}.ipynb`);
}

/** The step that a file of one shows, by its name with the item, and its attempt; 0 for the latest. */
export function stepIn(file: string): {
  readonly name: string;
  readonly attempt: number;
} {
  const [, step = file, item, attempt = '0'] =
    /^(.*?)(?:\.(\d+))?(?:\.a(\d+))?$/.exec(file) ?? [];
  return {
    name: item === undefined ? step : `${step} [${item}]`,
    attempt: Number(attempt)
  };
}

/** A run as people call it: by its moment, where its id tells one. */
export function momentOf(runId: string): string {
  const [, day, hour, minute, second] = LOCAL.exec(runId) ?? [];
  const [moment] = day
    ? [`${day}T${hour}:${minute}:${second}`]
    : (MOMENT.exec(runId) ?? []);
  return moment ? when(moment) : runId;
}

/** Whether a run was none of Airflow's, so that there is no page of it. */
export function isLocal(runId: string): boolean {
  return LOCAL.test(runId);
}

/** The copy of a test run below the drive; a tab shows of which notebook and of when it is. */
export function trialPath(
  operation: string,
  stem: string,
  began: string
): string {
  return `-trials/${operation}/${stem}${BETWEEN}test run, ${inPath(when(began))}.ipynb`;
}

/** A path below the drive, so that its last part, which the tab shows, says the pipeline, the run and the step. */
export function tabPath(path: string): string {
  const parts = partsOf(path);
  if (parts === null) {
    return path;
  }
  const { dagId, runId, file } = parts;
  const name = [
    ...(file === WHOLE ? [] : [file]),
    dagId,
    inPath(momentOf(runId))
  ].join(BETWEEN);
  return path.replace(/[^/]+$/, `${name}.ipynb`);
}

function inPath(text: string): string {
  return text.replace(/\//g, '-');
}

function partsOf(path: string): IExecuted | null {
  const [, dagId, runId, name] = EXECUTED.exec(path) ?? [];
  if (!dagId || !runId || !name) {
    return null;
  }
  const words = name.split(BETWEEN);
  const file = words.length === 2 ? WHOLE : (words[0] ?? name);
  return { dagId, runId: decodeURIComponent(runId), file };
}
