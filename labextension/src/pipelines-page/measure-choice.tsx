/** What the bars over the run grid show; nothing to choose where no step recorded a metric. */
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Run } from '../api/_generated';
import { useTrans } from '../ui/react';
import { type Measure, metricsOf } from './measures';

export function MeasureChoice(props: {
  runs: readonly Run[];
  measure: Measure;
  change: (measure: Measure) => void;
}): JSX.Element | null {
  const trans = useTrans();
  const metrics = metricsOf(props.runs);
  if (metrics.length === 0) {
    return null;
  }
  return (
    <label className="jp-Promote-measure">
      {trans.__('Bars show')}
      <HTMLSelect
        value={props.measure}
        onChange={event =>
          props.change(
            metrics.find(name => name === event.target.value) ?? 'duration'
          )
        }
      >
        <option value="duration">{trans.__('the duration')}</option>
        {metrics.map(name => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </HTMLSelect>
    </label>
  );
}
