/** Runs in words: when, how long, what the worst of a step's items is. Pure. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Failure, Run, StepRun } from '../api/_generated';
import type { ShownState } from '../tokens';
import { formatDuration } from '../ui/units';
import { waitedSeconds } from './waiting';

/** A kernel takes this long to start, also where nothing waits; `jupyter promote show` tells from here on too. */
const SHORT_WAIT_SECONDS = 5;

/** The worst first: what a person has to know of several items. */
const WORST: readonly ShownState[] = [
  'failed',
  'cancelled',
  'running',
  'waiting',
  'queued',
  'upstream_failed',
  'skipped',
  'success',
  'cached'
];

/** A moment on the clocks of this computer, with the year where it is not this one; empty for none. */
export function when(moment: string | null): string {
  if (moment === null) {
    return '';
  }
  const at = new Date(moment);
  const isThisYear = at.getFullYear() === new Date().getFullYear();
  return at.toLocaleString(undefined, {
    ...(isThisYear ? {} : { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23'
  });
}

/** When a run began; where it is of a past date, which one it is for. */
export function beganAt(
  trans: TranslationBundle,
  run: Pick<Run, 'kind' | 'started' | 'logicalDate'>
): string {
  const began = when(run.started ?? run.logicalDate);
  return run.kind === 'backfill' && run.started && run.logicalDate
    ? trans.__('%1, for %2', began, when(run.logicalDate))
    : began;
}

/** The time of day, with the day where it is not today. */
export function clock(moment: string, now: Date): string {
  const at = new Date(moment);
  return at.toDateString() === now.toDateString()
    ? at.toLocaleTimeString(undefined, {
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23'
      })
    : when(moment);
}

/** Seconds from a run's start to its end, or until now; of a repaired run since it began again. */
export function secondsOf(run: Run, now: Date): number | null {
  const start = run.resumed ?? run.started;
  if (start === null) {
    return null;
  }
  const end = run.ended === null ? now.getTime() : Date.parse(run.ended);
  return Math.max(0, (end - Date.parse(start)) / 1000);
}

/** How long an ended run took; empty for one that has not. */
export function lasted(run: Run): string {
  const seconds = run.ended === null ? null : secondsOf(run, new Date());
  return seconds === null ? '' : formatDuration(seconds);
}

/** That a run or a step waited for resources; empty for a wait that starting explains. */
export function waitWord(
  trans: TranslationBundle,
  seconds: number | null
): string {
  return toldWait(seconds ?? 0) === 0
    ? ''
    : trans.__('waited %1 for resources', formatDuration(seconds ?? 0));
}

/** The seconds of a wait that is worth a word; 0 for a shorter one. */
export function toldWait(seconds: number): number {
  return seconds < SHORT_WAIT_SECONDS ? 0 : seconds;
}

/** The values that a run was given, apart from the defaults; empty for none. */
export function givenValues(run: Run): string {
  return Object.entries(run.parameters ?? {})
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join(', ');
}

/** Version, when it was repaired, time and who started it, as one line. */
export function origin(trans: TranslationBundle, run: Run): string {
  const version =
    run.version === null ? '' : trans.__('version %1', run.version);
  const repaired =
    run.resumed === null ? '' : trans.__('repaired %1', when(run.resumed));
  const by = run.startedBy ? trans.__('started by %1', run.startedBy) : '';
  const waited = waitWord(trans, waitedSeconds(run, new Date()));
  return [version, repaired, lasted(run), waited, by]
    .filter(part => part !== '')
    .join(', ');
}

/** A step's name, with the item of a mapped one. */
export function nameOf(step: Pick<StepRun, 'step' | 'mapIndex'>): string {
  return step.mapIndex >= 0 ? `${step.step} [${step.mapIndex}]` : step.step;
}

/** How long a step ran; empty for one that did not. */
export function timeOf(step: StepRun): string {
  const isLeftOut = ['upstream_failed', 'skipped', 'queued'].includes(
    step.state
  );
  return step.seconds === null || isLeftOut ? '' : formatDuration(step.seconds);
}

/** Which of several attempts it is, and how that one ended; empty where there was only one. */
export function attemptWord(trans: TranslationBundle, step: StepRun): string {
  if (step.attempts < 2) {
    return '';
  }
  const which =
    step.possible === null
      ? String(step.attempts)
      : trans.__('%1 of %2', step.attempts, step.possible);
  if (step.state === 'success' || step.state === 'cached') {
    return trans.__('passed on attempt %1', which);
  }
  return step.state === 'failed'
    ? trans.__('failed on attempt %1', which)
    : trans.__('attempt %1', which);
}

/** The step run that tells most of several items of one step. */
export function worst(items: readonly StepRun[]): StepRun | null {
  return byState(items)[0] ?? null;
}

/** Step runs with the worst ones first, else in their own order. */
export function byState(items: readonly StepRun[]): StepRun[] {
  const place = (step: StepRun): number => WORST.indexOf(step.state);
  return [...items].sort((one, other) => place(one) - place(other));
}

/** The failed step that a person has to look at; null in a run in which none failed. */
export function failedStep(run: Run): StepRun | null {
  return run.steps.find(step => step.state === 'failed') ?? null;
}

/** Where and why a run failed: `Failed 02:14 at train, cell 31: ...`. */
export function failure(trans: TranslationBundle, run: Run, now: Date): string {
  const step = failedStep(run);
  const at = run.ended ?? run.started;
  const time = at === null ? '' : clock(at, now);
  return step === null
    ? trans.__('Failed %1', time)
    : failedAt(trans, time, nameOf(step), step.failedCellIndex, step.message);
}

/** The same of a failure that is only told. */
export function failureOf(
  trans: TranslationBundle,
  failure: Failure,
  now: Date
): string {
  const time = clock(failure.at, now);
  return failure.step === ''
    ? trans.__('Failed %1', time)
    : failedAt(
        trans,
        time,
        nameOf(failure),
        failure.cellIndex,
        failure.message
      );
}

function failedAt(
  trans: TranslationBundle,
  time: string,
  step: string,
  cellIndex: number | null,
  message: string
): string {
  const place =
    cellIndex === null ? step : trans.__('%1, cell %2', step, cellIndex + 1);
  const why = reason(message);
  return why === ''
    ? trans.__('Failed %1 at %2', time, place)
    : trans.__('Failed %1 at %2: %3', time, place, why);
}

/** What happened, without the place, where a cell raised: the place is said before it. */
export function reason(message: string): string {
  return message.replace(/^Cell \d+ \(step `[^`]*`\) raised /, '');
}
