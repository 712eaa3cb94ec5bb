/** What a test run writes outside of its folder, told before it runs. */
import * as React from 'react';
import type { Analysis, OutsideWrite } from '../api/_generated';
import type { PipelineModel } from '../pipeline/model';
import { Act } from '../ui/button';
import { useTrans } from '../ui/react';

const MOST = 6;

export function OutsideWrites(props: {
  pipeline: PipelineModel;
  /** The last step of the test run; empty for all of them. */
  until: string;
}): JSX.Element {
  const trans = useTrans();
  const { pipeline, until } = props;
  const { analysis } = pipeline;
  const writes = analysis ? upTo(analysis, until) : [];
  if (analysis && analysis.language !== 'python') {
    return (
      <p className="jp-Promote-note">
        {trans.__(
          'Runs on this computer. It writes to the same files and services as the notebook does.'
        )}
      </p>
    );
  }
  if (!writes.length) {
    return (
      <p className="jp-Promote-note">
        {trans.__(
          'Runs on this computer, in a folder of its own. No other file or service was found that it writes to.'
        )}
      </p>
    );
  }
  return (
    <div className="jp-Promote-outside">
      <p>
        {trans.__(
          'Runs on this computer, in a folder of its own. As the notebook does, it may also write to:'
        )}
      </p>
      <ul>
        {writes.slice(0, MOST).map((write, index) => (
          <li key={index}>
            <Thing {...{ write, pipeline }} />
          </li>
        ))}
        {writes.length > MOST && (
          <li>{trans.__('and %1 more', writes.length - MOST)}</li>
        )}
      </ul>
    </div>
  );
}

function Thing(props: {
  write: OutsideWrite;
  pipeline: PipelineModel;
}): JSX.Element {
  const trans = useTrans();
  const { write, pipeline } = props;
  const { cell } = write.place;
  return (
    <>
      <code>{write.thing}</code> ({write.step})
      {cell !== null && (
        <>
          {' '}
          <Act
            look="link"
            label={trans.__('Show the cell that writes to %1', write.thing)}
            onClick={() => pipeline.reveal(cell)}
          >
            {trans.__('Show the cell')}
          </Act>
        </>
      )}
    </>
  );
}

/** What the chosen steps write: a test run up to a step runs those that it needs, which come before it. */
function upTo(analysis: Analysis, until: string): readonly OutsideWrite[] {
  const names = analysis.steps.map(step => step.name);
  const last = names.indexOf(until);
  return last < 0
    ? analysis.outside_writes
    : analysis.outside_writes.filter(
        write => names.indexOf(write.step) <= last
      );
}
