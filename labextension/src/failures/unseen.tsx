/** The failed runs that the user has not looked at, on top of the list of pipelines. */
import * as React from 'react';
import type { Failure } from '../api/_generated';
import { Act } from '../ui/button';
import { Sentence, useChanges, useTrans } from '../ui/react';
import type { FailuresModel } from './failures';
import { clock, reason } from '../runs/words';

export function Unseen(props: {
  failures: FailuresModel;
  open: (path: string) => void;
}): JSX.Element | null {
  const trans = useTrans();
  const { failures } = props;
  useChanges(failures);
  const { unseen } = failures;
  if (unseen.length === 0) {
    return null;
  }
  return (
    <section
      className="jp-Promote-problem jp-Promote-unseen"
      aria-label={trans.__('Failed runs')}
    >
      <h2>
        {trans._n(
          '%1 failed run that you have not seen',
          '%1 failed runs that you have not seen',
          unseen.length
        )}
      </h2>
      <ul>
        {unseen.map(failure => (
          <UnseenItem
            key={`${failure.dagId} ${failure.runId}`}
            failure={failure}
            open={props.open}
          />
        ))}
      </ul>
      <Act onClick={() => void failures.see(unseen)}>
        {trans.__('Mark all as seen')}
      </Act>
    </section>
  );
}

function UnseenItem(props: {
  failure: Failure;
  open: (path: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { failure } = props;
  const place =
    failure.cellIndex === null
      ? failure.step
      : trans.__('%1, cell %2', failure.step, failure.cellIndex + 1);
  return (
    <li>
      <span aria-hidden="true">✕ </span>
      <Sentence
        text={[
          trans.__(
            '%1 failed %2 at %3',
            failure.name,
            clock(failure.at, new Date()),
            place
          ),
          reason(failure.message)
        ]
          .filter(part => part !== '')
          .join(': ')}
      />{' '}
      <Act
        look="link"
        label={trans.__('Review the failed run of %1', failure.name)}
        onClick={() => props.open(failure.whole)}
      >
        {trans.__('Review')}
      </Act>
    </li>
  );
}
