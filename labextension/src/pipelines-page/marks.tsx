/** The last results of a pipeline in one row of signs, oldest first. */
import * as React from 'react';
import type { RunMark } from '../api/_generated';
import { useTrans } from '../ui/react';
import { formatDuration } from '../ui/units';
import { Sign, stateWord } from '../runs/states';
import { when } from '../runs/words';

export function Marks(props: { marks: readonly RunMark[] }): JSX.Element {
  const trans = useTrans();
  const marks = [...props.marks].reverse();
  const say = (mark: RunMark): string =>
    [
      stateWord(trans, mark.state),
      when(mark.started),
      mark.seconds === null ? '' : formatDuration(mark.seconds)
    ]
      .filter(part => part !== '')
      .join(', ');
  if (marks.length === 0) {
    return <span className="jp-Promote-note">{trans.__('No run yet')}</span>;
  }
  const failed = marks.filter(mark => mark.state === 'failed').length;
  const newest = marks[marks.length - 1];
  return (
    <span
      className="jp-Promote-marks"
      role="img"
      aria-label={trans.__(
        'Newest: %1. Failed: %2 of the last %3.',
        newest ? say(newest) : '',
        failed,
        marks.length
      )}
    >
      {marks.map(mark => (
        <span key={mark.runId} title={say(mark)}>
          <Sign state={mark.state} />
        </span>
      ))}
    </span>
  );
}
