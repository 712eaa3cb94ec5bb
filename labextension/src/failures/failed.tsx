/** The newest run failed: where, when and why, with the three things that one does about it. */
import * as React from 'react';
import { isTakenUp, takeUp } from '../pipeline/learned';
import type { PipelineModel } from '../pipeline/model';
import { Act } from '../ui/button';
import { Sentence, useChanges, useTrans } from '../ui/react';
import type { StepRun } from '../api/_generated';
import type { IRunLinks } from '../runs/details';
import { repairOrAsk } from '../runs/earlier';
import type { RunsModel } from '../runs/model';
import { Remedies } from './remedies';
import { failedStep, failure } from '../runs/words';

export function FailedNotice(props: {
  runs: RunsModel;
  links: IRunLinks;
  pipeline?: PipelineModel;
}): JSX.Element | null {
  const trans = useTrans();
  const { runs, links, pipeline } = props;
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
      {step?.hint && (
        <p>
          <Sentence text={step.hint} />
        </p>
      )}
      <Remedies run={run} whole={run.whole} step={step} links={links}>
        {step && pipeline && <TakeUp pipeline={pipeline} step={step} />}
        <Act
          disabled={runs.busy}
          onClick={() => void repairOrAsk(run, runs, links)}
        >
          {trans.__('Repair')}
        </Act>
      </Remedies>
    </div>
  );
}

/** What the run found out of the values becomes a setting; the next publish then runs right. */
function TakeUp(props: {
  pipeline: PipelineModel;
  step: StepRun;
}): JSX.Element | null {
  const trans = useTrans();
  const { pipeline, step } = props;
  const { learned } = step;
  useChanges(pipeline);
  if (learned === null) {
    return null;
  }
  if (isTakenUp(pipeline, step.step, learned)) {
    return <span>{trans.__('Taken up: publish again')}</span>;
  }
  return (
    <Act onClick={() => takeUp(pipeline, step.step, learned)}>
      {trans.__('Take it up')}
    </Act>
  );
}
