/** What can be drawn over runs: the duration, and each metric that steps recorded. Pure. */
import type { Run } from '../api/_generated';
import { secondsOf } from '../runs/words';

/** The duration, or a metric as `step.name`. */
export type Measure = 'duration' | `${string}.${string}`;

/** The metrics that any of the runs recorded, as `step.name`, in alphabetical order. */
export function metricsOf(runs: readonly Run[]): Measure[] {
  const found = new Set<Measure>();
  for (const run of runs) {
    for (const step of run.steps) {
      for (const name of Object.keys(step.metrics ?? {})) {
        found.add(`${step.step}.${name}`);
      }
    }
  }
  return [...found].sort();
}

/** A run's value; null where it has none. */
export function valueOf(run: Run, measure: Measure, now: Date): number | null {
  if (measure === 'duration') {
    return secondsOf(run, now);
  }
  const dot = measure.indexOf('.');
  const name = measure.slice(dot + 1);
  const step = run.steps.find(
    one => one.step === measure.slice(0, dot) && name in (one.metrics ?? {})
  );
  return step?.metrics?.[name] ?? null;
}

/** A number for people: enough digits to find it again in an output. */
export function formatNumber(value: number): string {
  return value.toLocaleString(undefined, { maximumSignificantDigits: 6 });
}

/** How high the bars are, from 0 to 1: the scale has zero in it; null where there is no value. */
export function heights(values: readonly (number | null)[]): (number | null)[] {
  const known = values.filter((value): value is number => value !== null);
  const low = Math.min(0, ...known);
  const span = Math.max(0, ...known) - low || 1;
  return values.map(value => (value === null ? null : (value - low) / span));
}
