/** Over a notebook whose pipeline failed since somebody looked: where, when, why, and what one does about it. */
import * as React from 'react';
import { Act } from '../ui/button';
import { Sentence, useChanges, useTrans } from '../ui/react';
import type { FailuresModel } from './failures';
import type { ILabLinks } from '../runs/links';
import { Remedies } from './remedies';
import { failureOf } from '../runs/words';

export function FailedBar(props: {
  failures: FailuresModel;
  /** The pipeline of the notebook; empty while it has none. */
  dagId: () => string;
  links: ILabLinks;
}): JSX.Element | null {
  const trans = useTrans();
  const { failures, links } = props;
  useChanges(failures);
  const dagId = props.dagId();
  const mine = failures.unseen.filter(one => one.dagId === dagId);
  const [newest] = mine;
  if (newest === undefined) {
    return null;
  }
  const run = { dagId, runId: newest.runId };
  const { step, mapIndex } = newest;
  return (
    <div className="jp-Promote-reviewBox">
      <div className="jp-Promote-causeLine">
        <p className="jp-Promote-cause">
          <span aria-hidden="true">✕ </span>
          <Sentence text={failureOf(trans, newest, new Date())} />
        </p>
        <Remedies
          run={run}
          whole={newest.whole}
          step={step ? { step, mapIndex, attempt: 0 } : null}
          links={links}
        >
          <Act onClick={() => void links.repair(run, '')}>
            {trans.__('Repair…')}
          </Act>
          <Act onClick={() => void failures.see(mine)}>
            {trans.__('Dismiss')}
          </Act>
        </Remedies>
      </div>
    </div>
  );
}
