/** The newest run failed: where, when and why, with the three things that one does about it. */
import * as React from 'react';
import { Act } from '../ui/button';
import { Sentence, useChanges, useTrans } from '../ui/react';
import type { IRunLinks } from './details';
import type { RunsModel } from './model';
import { failedStep, failure } from './words';

export function FailedNotice(props: {
  runs: RunsModel;
  links: IRunLinks;
}): JSX.Element | null {
  const trans = useTrans();
  const { runs, links } = props;
  useChanges(runs);
  const run = runs.runs[0];
  if (run?.state !== 'failed') {
    return null;
  }
  const step = failedStep(run);
  return (
    <div
      className="jp-Promote-problem jp-Promote-failed"
      role="region"
      aria-label={trans.__('The last run failed')}
    >
      <p>
        <span aria-hidden="true">✕ </span>
        <Sentence text={failure(trans, run, new Date())} />
      </p>
      {step?.hint && <p>{step.hint}</p>}
      <div className="jp-Promote-answers">
        {run.whole && (
          <Act onClick={() => links.open(run.whole)}>{trans.__('Review')}</Act>
        )}
        {step && (
          <Act onClick={() => links.debug(run, step)}>{trans.__('Debug')}</Act>
        )}
        <Act disabled={runs.busy} onClick={() => void runs.repair(run)}>
          {trans.__('Repair')}
        </Act>
      </div>
    </div>
  );
}
