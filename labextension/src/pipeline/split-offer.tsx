/** What a failed run suggests: begin a step at the failing cell, so that what ran long before it is kept. */
import * as React from 'react';
import type { AttemptInfo, Run } from '../api/_generated';
import type { RunsModel } from '../runs/model';
import { startStep } from '../tagging/retag';
import { placesOf, stepNames } from '../tagging/tags';
import { Act } from '../ui/button';
import { useChanges, useTrans } from '../ui/react';
import { formatDuration } from '../ui/units';
import type { PipelineModel } from './model';

/** Seconds of lost work from which it is worth saying. */
const WORTH = 60;

/** A place at which a step would better begin. */
export interface ISplit {
  readonly step: string;
  /** Id of the failing cell. */
  readonly cell: string;
  /** Seconds that the cells before it in the step took. */
  readonly seconds: number;
}

/** Where the failed step of a run would better be cut; null where little was lost, or nothing ran before. */
export function splitOf(attempts: readonly AttemptInfo[]): ISplit | null {
  for (const { step, outcome } of attempts) {
    const at =
      outcome?.cells.findIndex(({ state }) => state === 'failed') ?? -1;
    const failing = outcome?.cells[at];
    if (outcome && failing) {
      const seconds = outcome.cells
        .slice(0, at)
        .reduce((sum, cell) => sum + (cell.seconds ?? 0), 0);
      if (seconds >= WORTH) {
        return { step, cell: failing.cell, seconds };
      }
    }
  }
  return null;
}

export function SplitOffer(props: {
  model: PipelineModel;
  runs: RunsModel;
}): JSX.Element | null {
  const trans = useTrans();
  const { model, runs } = props;
  useChanges(runs);
  const newest = runs.runs[0];
  const split = useSplit(model, newest?.state === 'failed' ? newest : null);
  const index = model.cells.findIndex(cell => cell.id === split?.cell);
  const place = placesOf(model.cells)[index];
  if (!split || !place || place.step !== split.step || place.starts) {
    return null;
  }
  return (
    <div className="jp-Promote-offer">
      <p>
        {trans.__(
          'The cells of %1 before cell %2 took %3. Start a step at cell %2, and a repair keeps what they made.',
          split.step,
          index + 1,
          formatDuration(split.seconds)
        )}
      </p>
      <Act
        onClick={() => {
          const name = freeName(split.step, stepNames(model.cells));
          model.retag(startStep(model.cells, index, name));
          model.reveal(split.cell);
        }}
      >
        {trans.__('Start a step at cell %1', index + 1)}
      </Act>
    </div>
  );
}

/** How the failed run's steps ended is asked for once. */
function useSplit(model: PipelineModel, run: Run | null): ISplit | null {
  const [split, setSplit] = React.useState<ISplit | null>(null);
  const id = run?.runId ?? '';
  React.useEffect(() => {
    let gone = false;
    setSplit(null);
    if (run) {
      model.api.attempts(run).then(
        attempts => gone || setSplit(splitOf(attempts)),
        () => undefined
      );
    }
    return () => {
      gone = true;
    };
    // The same run comes as a new object with each poll.
  }, [model, id]);
  return split;
}

function freeName(step: string, taken: readonly string[]): string {
  let number = 2;
  while (taken.includes(`${step}-${number}`)) {
    number += 1;
  }
  return `${step}-${number}`;
}
