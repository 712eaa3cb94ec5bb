/** How much of a run was spent waiting for resources while nothing ran. Pure. */
import type { Run, StepRun } from '../api/_generated';

type Span = readonly [from: number, to: number];

/** Seconds in which some step waited for resources and none ran; of a repaired run since it began again. */
export function waitedSeconds(run: Run, now: Date): number {
  const since = run.resumed === null ? 0 : Date.parse(run.resumed);
  const spans = run.steps
    .map(step => spansOf(step, now))
    .filter(([[asked]]) => asked >= since);
  const waiting = spans.map(([wait]) => wait);
  const running = joined(spans.map(([, ran]) => ran));
  return joined(waiting).reduce(
    (sum, wait) => sum + (lengthOf(wait) - covered(wait, running)) / 1000,
    0
  );
}

/** When the last attempt of a step waited, and when it ran, in milliseconds; both empty where it never began. */
function spansOf(step: StepRun, now: Date): readonly [Span, Span] {
  if (step.started === null) {
    return [
      [0, 0],
      [0, 0]
    ];
  }
  const asked = Date.parse(step.started);
  if (step.state === 'waiting') {
    return [
      [asked, now.getTime()],
      [0, 0]
    ];
  }
  const began = asked + 1000 * (step.queuedSeconds ?? 0);
  const ended =
    step.state === 'running'
      ? now.getTime()
      : began + 1000 * (step.seconds ?? 0);
  return [
    [asked, began],
    [began, ended]
  ];
}

/** The same moments as spans that do not overlap, in order. */
function joined(spans: readonly Span[]): Span[] {
  const found: Span[] = [];
  for (const span of [...spans].sort(([one], [other]) => one - other)) {
    const last = found[found.length - 1];
    if (last && span[0] <= last[1]) {
      found[found.length - 1] = [last[0], Math.max(last[1], span[1])];
    } else {
      found.push(span);
    }
  }
  return found;
}

function covered(span: Span, by: readonly Span[]): number {
  return by.reduce(
    (sum, [from, to]) =>
      sum +
      Math.max(0, lengthOf([Math.max(from, span[0]), Math.min(to, span[1])])),
    0
  );
}

function lengthOf([from, to]: Span): number {
  return to - from;
}
