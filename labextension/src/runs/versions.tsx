/** What was published, with the way back. */
import * as React from 'react';
import type { VersionInfo } from '../api/_generated';
import { Act } from '../ui/button';
import { useTrans } from '../ui/react';
import { confirmRollBack } from './confirm';
import { when } from './words';

/** What knows the versions of a pipeline. */
interface IVersioned {
  readonly busy: boolean;
  readonly versions: readonly VersionInfo[];
  loadVersions(): Promise<void>;
  rollBack(version: string): Promise<void>;
}

export function Versions(props: { runs: IVersioned }): JSX.Element {
  const trans = useTrans();
  const { runs } = props;
  const serving = runs.versions.find(version => version.current) ?? null;
  return (
    <details
      className="jp-Promote-versions"
      onToggle={event => {
        if (event.currentTarget.open) {
          void runs.loadVersions();
        }
      }}
    >
      <summary>{trans.__('Versions')}</summary>
      <ul>
        {runs.versions.map(version => (
          <li key={version.revision}>
            <span>
              {trans.__('v%1', version.number)}{' '}
              <span className="jp-Promote-note">
                {version.by} {when(version.at)} {version.message}
              </span>
            </span>
            <Serving version={version} serving={serving} runs={runs} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Whether a version serves, with the way back to it; the same version may be there several times. */
function Serving(props: {
  version: VersionInfo;
  serving: VersionInfo | null;
  runs: IVersioned;
}): JSX.Element | null {
  const trans = useTrans();
  const { version, serving, runs } = props;
  if (version.current) {
    return (
      <span className="jp-Promote-note">
        {version.retired ? trans.__('unpublished') : trans.__('serves now')}
      </span>
    );
  }
  if (serving?.retired || version.version === serving?.version) {
    return null;
  }
  return (
    <Act
      look="link"
      disabled={runs.busy}
      onClick={async () => {
        if (await confirmRollBack(trans, version.number)) {
          await runs.rollBack(version.version);
        }
      }}
    >
      {trans.__('Roll back')}
    </Act>
  );
}
