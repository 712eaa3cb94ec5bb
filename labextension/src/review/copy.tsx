/** The sidebar beside a copy: which run made it, and the way back to the notebook that people edit. */
import * as React from 'react';
import type { ILabLinks } from '../runs/links';
import { Act } from '../ui/button';
import { useTrans } from '../ui/react';
import { originOf } from './origin';
import { isLocal, momentOf } from './place';

export function CopyView(props: {
  /** `metadata.derived_from` of the copy. */
  from: unknown;
  links: ILabLinks;
}): JSX.Element | null {
  const trans = useTrans();
  const { links } = props;
  const origin = originOf(props.from);
  if (origin === null) {
    return null;
  }
  const { dagId, runId, step, debug } = origin;
  const facts = [
    [trans.__('Pipeline'), dagId],
    [trans.__('Run'), momentOf(runId)],
    [trans.__('Step'), step]
  ].filter(([, value]) => value);
  return (
    <div className="jp-Promote-scroll jp-Promote-copy">
      <h1 className="jp-Promote-title">
        {debug
          ? trans.__('A debug notebook')
          : trans.__('An executed notebook')}
      </h1>
      <p>
        {debug
          ? trans.__(
              'Its inputs are those of the run. It cannot be published: bring what you change back to the source.'
            )
          : trans.__('It shows a run and cannot be published.')}
      </p>
      <dl className="jp-Promote-facts">
        {facts.map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>{name}</dt>
            <dd title={value === momentOf(runId) ? runId : undefined}>
              {value}
            </dd>
          </React.Fragment>
        ))}
      </dl>
      <div className="jp-Promote-answers">
        {debug && origin.failedCell && (
          <button
            type="button"
            className="jp-Promote-button jp-mod-accept"
            onClick={() => links.runToFailure()}
          >
            {trans.__('Run up to the failing cell')}
          </button>
        )}
        {debug && (
          <Act onClick={() => links.apply()}>
            {trans.__('Apply to the notebook…')}
          </Act>
        )}
        {dagId && (
          <Act onClick={() => links.source(dagId)}>
            {trans.__('Back to source')}
          </Act>
        )}
        {runId && !isLocal(runId) && (
          <Act onClick={() => links.show({ dagId, runId })}>
            {trans.__('Show the run')}
          </Act>
        )}
      </div>
    </div>
  );
}
