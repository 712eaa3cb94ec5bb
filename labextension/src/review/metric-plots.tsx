/** The metrics that a step recorded, each as a small plot over the pipeline's last runs. */
import * as React from 'react';
import type { Run } from '../api/_generated';
import { formatNumber, heights, valueOf } from '../pipelines-page/measures';
import { beganAt } from '../runs/words';
import { useTrans } from '../ui/react';
import type { ReviewModel } from './model';

const WIDTH = 160;
const HEIGHT = 32;
const EDGE = 4;

export function MetricPlots(props: { model: ReviewModel }): JSX.Element {
  const trans = useTrans();
  const { model } = props;
  const metrics = Object.entries(model.attempt?.outcome?.metrics ?? {});
  const step = model.step?.step ?? '';
  return metrics.length === 0 ? (
    <p>{trans.__('It recorded no metrics.')}</p>
  ) : (
    <dl className="jp-Promote-facts jp-Promote-metrics">
      {metrics.map(([name, value]) => (
        <React.Fragment key={name}>
          <dt>{name}</dt>
          <dd>
            <span className="jp-Promote-metricValue">
              {formatNumber(value)}
            </span>{' '}
            <Plot
              runs={model.facets.runs ?? []}
              measure={`${step}.${name}`}
              run={model.run}
            />
          </dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

/** Oldest on the left; the run that is looked at has a ring. */
function Plot(props: {
  /** Newest first, as the server gives them. */
  runs: readonly Run[];
  measure: `${string}.${string}`;
  run: Run | null;
}): JSX.Element | null {
  const trans = useTrans();
  const now = new Date();
  const known = [...props.runs]
    .reverse()
    .map(run => ({ run, value: valueOf(run, props.measure, now) }))
    .filter((one): one is { run: Run; value: number } => one.value !== null);
  if (known.length < 2) {
    return (
      <span className="jp-Promote-note">
        {trans.__('no other run recorded it')}
      </span>
    );
  }
  const values = known.map(one => one.value);
  const high = scaled(values);
  const points = known.map(({ run, value }, index) => ({
    run,
    value,
    x: EDGE + (index * (WIDTH - 2 * EDGE)) / (known.length - 1),
    y: HEIGHT - EDGE - (high[index] ?? 0) * (HEIGHT - 2 * EDGE)
  }));
  const [low, top] = [Math.min(...values), Math.max(...values)];
  return (
    <>
      <svg
        className="jp-Promote-plot"
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label={trans.__(
          'over %1 runs, from %2 to %3',
          known.length,
          formatNumber(low),
          formatNumber(top)
        )}
      >
        <polyline points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
        {points.map(({ run, value, x, y }) => (
          <circle
            key={run.runId}
            cx={x}
            cy={y}
            r={run.runId === props.run?.runId ? 3.5 : 2}
            data-shown={run.runId === props.run?.runId}
          >
            <title>{`${beganAt(trans, run)}: ${formatNumber(value)}`}</title>
          </circle>
        ))}
      </svg>
      <span className="jp-Promote-note" aria-hidden="true">
        {low === top
          ? trans.__('the same in %1 runs', known.length)
          : trans.__(
              '%1 to %2 in %3 runs',
              formatNumber(low),
              formatNumber(top),
              known.length
            )}
      </span>
    </>
  );
}

/** From 0 to 1 between the lowest and the highest: a line shows changes, and needs no zero. */
function scaled(values: readonly number[]): (number | null)[] {
  const low = Math.min(...values);
  return heights(values.map(value => value - low));
}
