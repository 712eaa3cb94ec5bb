/** What is held back in a run's notebook, and the way to show it. */
import * as React from 'react';
import { Act } from '../ui/button';
import { useChanges, useTrans } from '../ui/react';
import type { HeldBack } from './held-back';

const NAMED = 6;

export function TrustNotice(props: { held: HeldBack }): JSX.Element | null {
  const trans = useTrans();
  const { held } = props;
  useChanges(held);
  const { cells } = held;
  if (held.trusted) {
    return (
      <div className="jp-Promote-reviewBox" role="status">
        <p className="jp-Promote-note">
          {trans.__(
            'The scripts in this run’s outputs are trusted until the notebook is closed.'
          )}
        </p>
      </div>
    );
  }
  if (cells.length === 0) {
    return null;
  }
  const named = cells
    .slice(0, NAMED)
    .map(index => String(index + 1))
    .join(', ');
  const places = cells.length > NAMED ? `${named}, …` : named;
  return (
    <div className="jp-Promote-reviewBox jp-Promote-heldBack">
      <p>
        {trans._n(
          'Held back: an interactive output in cell %2. Its script would act as you in this Lab.',
          'Held back: interactive outputs in cells %2. Their scripts would act as you in this Lab.',
          cells.length,
          places
        )}
      </p>
      <Act
        // No command does this, since an output could hold a link to a command; and no script can press it.
        onClick={event => {
          if (event.nativeEvent.isTrusted) {
            held.trust();
          }
        }}
      >
        {trans.__('Trust this run')}
      </Act>
    </div>
  );
}
