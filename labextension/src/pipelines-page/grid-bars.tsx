/** The bars on top of the run grid: what each run took, or counted. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Run } from '../api/_generated';
import { useTrans } from '../ui/react';
import { formatDuration } from '../ui/units';
import { formatNumber, heights, type Measure, valueOf } from './measures';
import { Sign, stateWord } from '../runs/states';
import { waitedSeconds } from '../runs/waiting';
import { beganAt, toldWait, waitWord } from '../runs/words';

const BAR_HEIGHT = 48;
const BAR_WIDTH = 14;

interface IBarsProps {
  /** Oldest first. */
  runs: readonly Run[];
  chosen: string | null;
  choose: (runId: string) => void;
  measure: Measure;
  /** The tab index of a place in the grid, by row and column. */
  stop: (row: number, column: number) => 0 | -1;
  focused: (at: readonly [number, number]) => void;
}

export function Bars(props: IBarsProps): JSX.Element {
  const trans = useTrans();
  const { runs, measure } = props;
  const now = new Date();
  const values = runs.map(run => valueOf(run, measure, now));
  const high = heights(values);
  const waited = runs.map(run =>
    measure === 'duration' ? toldWait(waitedSeconds(run, now)) : 0
  );
  const top = Math.max(0, ...values.map(value => value ?? 0));
  const label = (run: Run, column: number): string =>
    [
      runLabel(trans, run, measure, values[column] ?? null),
      waitWord(trans, waited[column] ?? null)
    ]
      .filter(part => part !== '')
      .join(', ');
  return (
    <tr>
      <th scope="col" className="jp-Promote-scale">
        {say(measure, top)}
      </th>
      {runs.map((run, column) => (
        <th
          key={run.runId}
          scope="col"
          data-chosen={run.runId === props.chosen}
        >
          <button
            type="button"
            className="jp-Promote-bar"
            data-at={`0 ${column}`}
            tabIndex={props.stop(0, column)}
            aria-pressed={run.runId === props.chosen}
            aria-label={label(run, column)}
            title={label(run, column)}
            onFocus={() => props.focused([0, column])}
            onClick={() => props.choose(run.runId)}
          >
            <Bar
              state={run.state}
              height={high[column] ?? null}
              waited={(waited[column] ?? 0) / (values[column] || 1)}
            />
            <Sign state={run.state} />
          </button>
        </th>
      ))}
    </tr>
  );
}

/** The time in which it only waited for resources stands on top, hollow. */
function Bar(props: {
  state: Run['state'];
  height: number | null;
  /** Part of the height, from 0 to 1. */
  waited: number;
}): JSX.Element {
  const tall =
    props.height === null ? 0 : Math.max(2, props.height * BAR_HEIGHT);
  const hollow = tall * Math.min(1, props.waited);
  return (
    <svg width={BAR_WIDTH} height={BAR_HEIGHT} aria-hidden="true">
      {hollow >= 2 && (
        <rect
          data-state="waiting"
          x="1"
          width={BAR_WIDTH - 2}
          y={BAR_HEIGHT - tall + 0.5}
          height={hollow - 0.5}
        />
      )}
      <rect
        data-state={props.state}
        x="0.5"
        width={BAR_WIDTH - 1}
        y={BAR_HEIGHT - tall + hollow}
        height={tall - hollow}
      />
    </svg>
  );
}

function runLabel(
  trans: TranslationBundle,
  run: Run,
  measure: Measure,
  value: number | null
): string {
  return [
    trans.__('Run of %1', beganAt(trans, run)),
    stateWord(trans, run.state),
    value === null ? '' : say(measure, value)
  ]
    .filter(part => part !== '')
    .join(', ');
}

function say(measure: Measure, value: number): string {
  return measure === 'duration' ? formatDuration(value) : formatNumber(value);
}
