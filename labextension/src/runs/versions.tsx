/** What was published, with the way back. */
import * as React from 'react';
import type { VersionInfo } from '../api/_generated';
import { Act } from '../ui/button';
import { useTrans } from '../ui/react';
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
            {version.current ? (
              <span className="jp-Promote-note">{trans.__('serves now')}</span>
            ) : (
              <Act
                look="link"
                disabled={runs.busy}
                onClick={() => void runs.rollBack(version.version)}
              >
                {trans.__('Serve again')}
              </Act>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
