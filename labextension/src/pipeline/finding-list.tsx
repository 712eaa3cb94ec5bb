/** Findings in three groups, each with its place and its fixes. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Action, Finding } from '../api/_generated';
import { Act } from '../ui/button';
import { Sentence, useTrans } from '../ui/react';
import { applyFix, askAgain, canApply } from './fixes';
import { FINDING_GROUPS, type FindingGroup, grouped } from './findings';
import type { PipelineModel } from './model';

export function FindingList(props: {
  model: PipelineModel;
  findings: readonly Finding[];
}): JSX.Element {
  const trans = useTrans();
  const groups = grouped(props.findings);
  return (
    <div className="jp-Promote-findings">
      {FINDING_GROUPS.filter(group => groups[group].length > 0).map(group => (
        <details
          key={group}
          className="jp-Promote-findingGroup"
          data-group={group}
          open={group !== 'fine'}
        >
          <summary>{groupTitle(trans, group, groups[group].length)}</summary>
          <ul>
            {groups[group].map((finding, index) => (
              <FindingItem
                key={`${finding.code} ${finding.cell ?? ''} ${index}`}
                model={props.model}
                finding={finding}
              />
            ))}
          </ul>
        </details>
      ))}
    </div>
  );
}

function groupTitle(
  trans: TranslationBundle,
  group: FindingGroup,
  count: number
): string {
  switch (group) {
    case 'blocks':
      return trans._n(
        '%1 finding blocks publishing',
        '%1 findings block publishing',
        count
      );
    case 'check':
      return trans._n('%1 to check', '%1 to check', count);
    case 'fine':
      return trans._n('%1 note', '%1 notes', count);
  }
}

/** One finding with its fixes; in the notebook, where it stands at its cell, without its place. */
export function FindingItem(props: {
  model: PipelineModel;
  finding: Finding;
  inCell?: boolean;
}): JSX.Element {
  const trans = useTrans();
  const { model, finding } = props;
  const { cell } = finding;
  const actions = finding.actions.filter(action =>
    canApply(model, finding, action)
  );
  return (
    <li className="jp-Promote-finding">
      <p>
        <Sentence text={finding.message} />
      </p>
      {finding.fix && (
        <p className="jp-Promote-fix">
          <Sentence text={finding.fix} />
        </p>
      )}
      <p className="jp-Promote-findingFoot">
        {cell !== null && !props.inCell && (
          <Act look="link" onClick={() => model.reveal(cell)}>
            {placeText(trans, finding)}
          </Act>
        )}
        {props.inCell && finding.line !== null && (
          <span>{trans.__('Line %1', finding.line)}</span>
        )}
        {finding.accepted && (
          <>
            <span>{trans.__('Accepted')}</span>
            <Act look="link" onClick={() => askAgain(model, finding)}>
              {trans.__('Ask again')}
            </Act>
          </>
        )}
        {actions.map((action: Action) => (
          <button
            key={`${action.kind} ${action.argument}`}
            type="button"
            className="jp-Promote-link"
            onClick={() => applyFix(model, finding, action)}
          >
            {action.label}
          </button>
        ))}
        <span className="jp-Promote-code">{finding.code}</span>
      </p>
    </li>
  );
}

function placeText(trans: TranslationBundle, finding: Finding): string {
  const cell = (finding.cell_index ?? 0) + 1;
  return finding.line === null
    ? trans.__('Cell %1', cell)
    : trans.__('Cell %1, line %2', cell, finding.line);
}
