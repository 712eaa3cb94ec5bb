/** What a running step does now: its cell and the last that the cell printed. */
import * as React from 'react';
import type { StepRun } from '../api/_generated';
import { useTrans } from '../ui/react';
import { nameOf } from './words';

export function LiveOutput(props: { step: StepRun }): JSX.Element | null {
  const trans = useTrans();
  const { step } = props;
  const output = step.state === 'running' ? step.cell?.output : '';
  return output ? (
    <figure className="jp-Promote-live">
      <figcaption className="jp-Promote-unseenWord">
        {trans.__('The latest output of %1', nameOf(step))}
      </figcaption>
      <pre>{output}</pre>
    </figure>
  ) : null;
}
