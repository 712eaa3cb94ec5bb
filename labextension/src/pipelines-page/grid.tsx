/** The run grid: a column for each run with a bar on top, a row for each step. Walked with the arrow keys. */
import * as React from 'react';
import type { Run } from '../api/_generated';
import { useTrans } from '../ui/react';
import { Bars } from './grid-bars';
import { gridRows, type IGridCell, moved } from './grid-rows';
import { MeasureChoice } from './measure-choice';
import type { Measure } from './measures';
import { Sign, stateWord } from '../runs/states';
import { beganAt, nameOf, timeOf } from '../runs/words';

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
            chosen={props.chosen}
            choose={props.choose}
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
