/** What was published, with the way back. */
import * as React from 'react';
import type { VersionDiff, VersionInfo } from '../api/_generated';
import { Act } from '../ui/button';
import { useTrans } from '../ui/react';
import { confirmRollBack, type IWayBack } from './confirm';
import { when } from './words';

/** What knows the versions of a pipeline. */
interface IVersioned {
  readonly busy: boolean;
  readonly versions: readonly VersionInfo[];
  loadVersions(): Promise<void>;
  /** What serving a version again would change; null where that cannot be told. */
  wayBack(version: Pick<VersionInfo, 'version'>): Promise<VersionDiff | null>;
  rollBack(version: Pick<VersionInfo, 'version'>, how: IWayBack): Promise<void>;
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
        const changes = await runs.wayBack(version);
        const how = changes && (await confirmRollBack(trans, version, changes));
        if (how) {
          await runs.rollBack(version, how);
        }
      }}
    >
      {trans.__('Roll back')}
    </Act>
  );
}
