/** Whether what a publish was refused for is still so. */
import type { PublishState } from '../api/_generated';
import type { IProblem } from '../tokens';

/** Refusals because of what somebody else published. */
const CONFLICTS = ['changed', 'moved', 'name_taken'];

/** States in which publishing would write over what somebody else published. */
const IN_CONFLICT = ['behind', 'diverged', 'moved', 'name_taken'];

/** What served when it was looked last, and whether it stood against the notebook. */
export class Standing {
  /** The next state is the one in which a publish was refused. */
  forget(): void {
    this._known = '';
  }

  /** Take a newer state. Says whether a conflict is not what it was any more, so that it has to be asked anew. */
  settles(
    { revision, state }: Pick<PublishState, 'revision' | 'state'>,
    problem: IProblem | null
  ): boolean {
    const before = this._known;
    this._known = `${revision} ${IN_CONFLICT.includes(state)}`;
    const isOther = before !== '' && before !== this._known;
    return isOther && CONFLICTS.includes(problem?.code ?? '');
  }

  private _known = '';
}
