/** What one does about a failed run, in one order wherever a failure is told: review, debug, and what the place adds. */
import * as React from 'react';
import type { StepRun } from '../api/_generated';
import { Act } from '../ui/button';
import { useTrans } from '../ui/react';
import type { IRunLinks } from '../runs/details';
import type { IRunRef } from '../runs/tokens';

export function Remedies(props: {
  run: IRunRef;
  /** Path of the executed notebook; empty where there is none, or where it is in front already. */
  whole: string;
  /** The step that failed; null where none is known. */
  step: Pick<StepRun, 'step' | 'mapIndex' | 'attempt'> | null;
  links: Pick<IRunLinks, 'open' | 'debug'>;
  children?: React.ReactNode;
}): JSX.Element {
  const trans = useTrans();
  const { run, whole, step, links } = props;
  return (
    <div className="jp-Promote-answers">
      {whole && (
        <Act onClick={() => links.open(whole)}>{trans.__('Review')}</Act>
      )}
      {step && (
        <Act onClick={() => links.debug(run, step)}>{trans.__('Debug')}</Act>
      )}
      {props.children}
    </div>
  );
}
