/** What the last runs say about the steps: time, memory, size. Pure. */
import type { Run, StepRun } from '../api/_generated';
import { formatBytes, formatDuration } from '../ui/units';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** So much more than the peak is asked for. */
const SPARE = 1.25;

/** What a step did the last time that it came to its end. */
export interface IStepFacts {
  readonly seconds: number;
  /** Bytes that it left for later steps. */
  readonly bytes: number;
}

/** Memory that a step needed, and what to ask for. */
export interface IPeak {
  readonly peak: number;
  /** How many of the last runs were looked at. */
  readonly runs: number;
  /** Bytes, with some to spare. */
  readonly suggestion: number;
}

/** What each step did in the newest run in which it came to its end. */
export function factsOf(runs: readonly Run[]): Map<string, IStepFacts> {
  const facts = new Map<string, IStepFacts>();
  for (const run of runs) {
    const ended = run.steps.filter(
      step => step.state === 'success' && step.seconds !== null
    );
    for (const name of new Set(ended.map(step => step.step))) {
      if (!facts.has(name)) {
        const items = ended.filter(step => step.step === name);
        facts.set(name, {
          seconds: Math.max(...items.map(item => item.seconds ?? 0)),
          bytes: items.reduce((sum, item) => sum + item.handoffBytes, 0)
        });
      }
    }
  }
  return facts;
}

/** The facts in a few words: `12 s · 41 MiB`. */
export function factsText(facts: IStepFacts): string {
  const parts = [formatDuration(facts.seconds)];
  if (facts.bytes > 0) {
    parts.push(formatBytes(facts.bytes));
  }
  return parts.join(' · ');
}

/** The most memory that a step used in these runs; null when none says. */
export function peakOf(runs: readonly Run[], step: string): IPeak | null {
  const peaks = runs
    .map(run => Math.max(0, ...run.steps.filter(isOf(step)).map(peakIn)))
    .filter(peak => peak > 0);
  if (peaks.length === 0) {
    return null;
  }
  const peak = Math.max(...peaks);
  return { peak, runs: peaks.length, suggestion: rounded(peak * SPARE) };
}

function isOf(step: string): (run: StepRun) => boolean {
  return run => run.step === step;
}

function peakIn(run: StepRun): number {
  return run.peakMemory ?? 0;
}

/** Up to a size that reads well: eighths of a GiB below 1 GiB, else halves. */
function rounded(bytes: number): number {
  const unit = bytes < GIB ? 128 * MIB : GIB / 2;
  return Math.ceil(bytes / unit) * unit;
}
