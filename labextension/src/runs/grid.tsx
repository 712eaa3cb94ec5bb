/** The run grid: a column for each run with a bar on top, a row for each step. Walked with the arrow keys. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Run } from '../api/_generated';
import { useTrans } from '../ui/react';
import { formatDuration } from '../ui/units';
import { gridRows, type IGridCell, moved } from './grid-rows';
import { MeasureChoice } from './measure-choice';
import { formatNumber, heights, type Measure, valueOf } from './measures';
import { Sign, stateWord } from './states';
import { waitedSeconds } from './waiting';
import { beganAt, nameOf, timeOf, toldWait, waitWord } from './words';

const BAR_HEIGHT = 48;
const BAR_WIDTH = 14;

interface IGridProps {
  /** Newest first, as the server gives them. */
  runs: readonly Run[];
  /** The steps of the version that serves now. */
  order: readonly string[];
  chosen: string | null;
  choose: (runId: string) => void;
  open: (path: string) => void;
}

export function RunGrid(props: IGridProps): JSX.Element {
  const trans = useTrans();
  const runs = [...props.runs].reverse();
  const rows = gridRows(runs, props.order);
  const [measure, setMeasure] = React.useState<Measure>('duration');
  const [at, setAt] = React.useState<readonly [number, number]>([
    0,
    Math.max(0, runs.length - 1)
  ]);
  const table = React.useRef<HTMLTableElement>(null);
  const stop = (row: number, column: number): 0 | -1 =>
    row === Math.min(at[0], rows.length) &&
    column === Math.min(at[1], runs.length - 1)
      ? 0
      : -1;
  const walk = (event: React.KeyboardEvent): void => {
    const next = moved(event.key, at, [rows.length + 1, runs.length]);
    if (next) {
      event.preventDefault();
      setAt(next);
      table.current
        ?.querySelector<HTMLElement>(`[data-at="${next.join(' ')}"]`)
        ?.focus();
    }
  };
  return (
    <div className="jp-Promote-gridBox">
      <MeasureChoice runs={runs} measure={measure} change={setMeasure} />
      <table
        ref={table}
        className="jp-Promote-grid"
        aria-label={trans.__('Steps and runs, newest run on the right')}
        onKeyDown={walk}
      >
        <thead>
          <Bars
            {...props}
            runs={runs}
            measure={measure}
            stop={stop}
            focused={setAt}
          />
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              {row.cells.map((cell, column) => (
                <td
                  key={runs[column]?.runId}
                  data-chosen={runs[column]?.runId === props.chosen}
                >
                  <StepCell
                    cell={cell}
                    run={runs[column]}
                    tabIndex={stop(index + 1, column)}
                    place={[index + 1, column]}
                    focused={setAt}
                    choose={props.choose}
                    open={props.open}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Bars(
  props: IGridProps & {
    measure: Measure;
    stop: (row: number, column: number) => 0 | -1;
    focused: (at: readonly [number, number]) => void;
  }
): JSX.Element {
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

function StepCell(props: {
  cell: IGridCell;
  run: Run | undefined;
  tabIndex: number;
  place: readonly [number, number];
  focused: (at: readonly [number, number]) => void;
  choose: (runId: string) => void;
  open: (path: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { cell, run, place } = props;
  const { step, items } = cell;
  const label =
    step === null
      ? trans.__('not a step of this run')
      : [
          nameOf({ ...step, mapIndex: items > 1 ? step.mapIndex : -1 }),
          stateWord(trans, step.state),
          timeOf(step),
          items > 1 ? trans.__('worst of %1 items', items) : '',
          run ? beganAt(trans, run) : ''
        ]
          .filter(part => part !== '')
          .join(', ');
  return (
    <button
      type="button"
      className="jp-Promote-cell"
      data-at={place.join(' ')}
      tabIndex={props.tabIndex}
      aria-label={label}
      title={label}
      onFocus={() => props.focused(place)}
      onClick={() => {
        if (run) {
          props.choose(run.runId);
        }
      }}
      onDoubleClick={() => {
        if (step?.notebook) {
          props.open(step.notebook);
        }
      }}
    >
      {step && <Sign state={step.state} />}
    </button>
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
