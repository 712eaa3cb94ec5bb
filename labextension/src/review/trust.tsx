/** What is held back in a run's notebook, and the way to show it. */
import * as React from 'react';
import { Act } from '../ui/button';
import { useChanges, useTrans } from '../ui/react';
import type { HeldBack, IUndrawn } from './held-back';

const NAMED = 6;

export function TrustNotice(props: { held: HeldBack }): JSX.Element {
  const { held } = props;
  useChanges(held);
  return (
    <>
      <Undrawn outputs={held.undrawn} />
      <Trust held={held} />
    </>
  );
}

/** Lab leaves an empty place there, and a person would take the run for one without a figure. */
function Undrawn(props: { outputs: readonly IUndrawn[] }): JSX.Element | null {
  const trans = useTrans();
  const { outputs } = props;
  if (outputs.length === 0) {
    return null;
  }
  const cells = [...new Set(outputs.map(output => output.cell))];
  const kinds = [...new Set(outputs.map(output => output.mimeType))];
  return (
    <div className="jp-Promote-reviewBox" role="status">
      <p>
        {trans._n(
          'Not drawn: an output in cell %2, because no extension of this Lab draws %3. Install the package that made it where JupyterLab runs, and reload the page.',
          'Not drawn: outputs in cells %2, because no extension of this Lab draws %3. Install the packages that made them where JupyterLab runs, and reload the page.',
          cells.length,
          placesOf(cells),
          kinds.join(', ')
        )}
      </p>
    </div>
  );
}

function Trust(props: { held: HeldBack }): JSX.Element | null {
  const trans = useTrans();
  const { held } = props;
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
  return (
    <div className="jp-Promote-reviewBox jp-Promote-heldBack">
      <p>
        {trans._n(
          'Held back: an interactive output in cell %2. Its script would act as you in this Lab.',
          'Held back: interactive outputs in cells %2. Their scripts would act as you in this Lab.',
          cells.length,
          placesOf(cells)
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

/** The cells' numbers, as a person counts them. */
function placesOf(cells: readonly number[]): string {
  const named = cells
    .slice(0, NAMED)
    .map(index => String(index + 1))
    .join(', ');
  return cells.length > NAMED ? `${named}, …` : named;
}
