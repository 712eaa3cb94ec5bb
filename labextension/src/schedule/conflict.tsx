/** A refused publish: what happened meanwhile, and the answers that are left open. */
import * as React from 'react';
import type { VersionDiff } from '../api/_generated';
import { asProblem } from '../api/problem';
import { Diff } from '../review/compared-cell';
import type { IProblem, PublishWish } from '../tokens';
import { ChangeItems } from '../ui/change-items';
import { Sentence, useTrans } from '../ui/react';
import type { PublishModel } from './model';

interface IConflictProps {
  publishing: PublishModel;
  problem: IProblem;
}

/** The answers that a refusal leaves open; trying again goes on where it ended. */
export function Answers(props: IConflictProps): JSX.Element | null {
  const trans = useTrans();
  const { publishing, problem } = props;
  const answer = (label: string, wish: Partial<PublishWish>): JSX.Element => (
    <button
      key={label}
      type="button"
      className="jp-Promote-button"
      onClick={() => void publishing.answer(wish)}
    >
      {label}
    </button>
  );
  const asNew = answer(trans.__('New pipeline'), { asNew: true });
  switch (problem.code) {
    case 'not_promotable':
    case 'forbidden':
      return null;
    case 'moved':
      return (
        <div className="jp-Promote-answers">
          {answer(trans.__('Same pipeline (moved)'), { moved: true })}
          {asNew}
        </div>
      );
    case 'name_taken':
      return asNew;
    case 'changed':
      return (
        <div className="jp-Promote-answers">
          {answer(trans.__('Publish on top of it'), {
            expectedRevision: Number(problem.fields.revision)
          })}
          {asNew}
        </div>
      );
    default:
      return answer(trans.__('Try again'), {});
  }
}

/** What somebody else published since the version that this notebook knows; nothing for other refusals. */
export function Meanwhile(props: IConflictProps): JSX.Element | null {
  const trans = useTrans();
  const { publishing, problem } = props;
  const { version } = problem.fields;
  const [found, setFound] = React.useState<VersionDiff | IProblem | null>(null);
  const isChanged = problem.code === 'changed' && typeof version === 'string';
  React.useEffect(() => {
    let gone = false;
    if (isChanged) {
      publishing.meanwhile(version).then(
        diff => gone || setFound(diff),
        error => gone || setFound(asProblem(error))
      );
    }
    return () => {
      gone = true;
    };
  }, [publishing, isChanged, version]);
  if (!isChanged || found === null) {
    return null;
  }
  if (!('cells' in found)) {
    return (
      <p>
        <Sentence text={found.message} />
      </p>
    );
  }
  return (
    <details className="jp-Promote-changes" open>
      <summary>{trans.__('What was published meanwhile')}</summary>
      <ul>
        <ChangeItems changes={found.changes} />
        {found.cells.map(cell => (
          <li key={cell.cell}>
            <Diff text={cell.diff} />
          </li>
        ))}
      </ul>
    </details>
  );
}
