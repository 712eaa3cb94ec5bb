/** The list of all pipelines: last results, schedule, next run; filter and paging. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { PipelineRow } from '../api/_generated';
import { Act } from '../ui/button';
import { ProblemBox, useChanges, useTrans } from '../ui/react';
import type { FailuresModel } from '../failures/failures';
import { Marks } from './marks';
import { type Only, type OverviewModel, ROWS_PER_PAGE } from './overview-model';
import { Paging } from './paging';
import { Unseen } from '../failures/unseen';
import { when } from '../runs/words';

export function Overview(props: {
  model: OverviewModel;
  failures: FailuresModel | null;
  choose: (dagId: string) => void;
  open: (path: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { model, choose } = props;
  useChanges(model);
  const { found, offset } = model;
  return (
    <div className="jp-Promote-pipelines">
      <h1 className="jp-Promote-pageTitle">{trans.__('Pipelines')}</h1>
      {props.failures && <Unseen failures={props.failures} open={props.open} />}
      <Filters model={model} />
      {model.problem && <ProblemBox problem={model.problem} />}
      {model.rows === null ? (
        <p className="jp-Promote-empty" role="status">
          {model.problem ? '' : trans.__('Asking Airflow…')}
        </p>
      ) : found.length === 0 ? (
        <p className="jp-Promote-empty" role="status">
          {model.rows.length === 0
            ? trans.__(
                'Nothing is published yet. Open a notebook, tag its steps and publish it.'
              )
            : trans.__('No pipeline fits the filter.')}
        </p>
      ) : (
        <>
          <table className="jp-Promote-table">
            <thead>
              <tr>
                <th scope="col">{trans.__('Pipeline')}</th>
                <th scope="col">{trans.__('Last results')}</th>
                <th scope="col">{trans.__('Schedule')}</th>
                <th scope="col">{trans.__('Next run, your time')}</th>
                <th scope="col">{trans.__('Published')}</th>
              </tr>
            </thead>
            <tbody>
              {found.slice(offset, offset + ROWS_PER_PAGE).map(row => (
                <Row
                  key={row.dagId}
                  row={row}
                  withId={model.sharesName(row)}
                  choose={choose}
                />
              ))}
            </tbody>
          </table>
          <Paging
            label={trans.__('Pages of pipelines')}
            offset={offset}
            shown={Math.min(ROWS_PER_PAGE, found.length - offset)}
            total={found.length}
            back={() => model.turn(-1)}
            on={() => model.turn(1)}
          />
        </>
      )}
    </div>
  );
}

function Filters(props: { model: OverviewModel }): JSX.Element {
  const trans = useTrans();
  const { model } = props;
  const choices: readonly (readonly [Only, string])[] = [
    ['all', trans.__('all')],
    ['failed', trans.__('last run failed')],
    ['live', trans.__('running now')],
    ['paused', trans.__('paused')],
    ['unpublished', trans.__('unpublished')]
  ];
  return (
    <div className="jp-Promote-filters" role="search">
      <label>
        {trans.__('Filter')}
        <input
          className="jp-mod-styled"
          type="search"
          value={model.text}
          placeholder={trans.__('Name, file or person')}
          onChange={event => {
            model.text = event.target.value;
          }}
        />
      </label>
      <label>
        {trans.__('Show')}
        <HTMLSelect
          value={model.only}
          onChange={event => {
            const chosen = choices.find(
              ([only]) => only === event.target.value
            );
            model.only = chosen?.[0] ?? 'all';
          }}
        >
          {choices.map(([only, label]) => (
            <option key={only} value={only}>
              {label}
            </option>
          ))}
        </HTMLSelect>
      </label>
    </div>
  );
}

function Row(props: {
  row: PipelineRow;
  /** Show the id, because another pipeline has the same name. */
  withId: boolean;
  choose: (dagId: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { row, withId, choose } = props;
  return (
    <tr>
      <th scope="row">
        <Act look="link" onClick={() => choose(row.dagId)}>
          {row.name || row.dagId}
        </Act>
        {withId && <span className="jp-Promote-note"> {row.dagId}</span>}
        {!row.sourceFound && (
          <span className="jp-Promote-note">
            {' · '}
            {trans.__('source not found')}
          </span>
        )}
      </th>
      <td>
        <Marks marks={row.lastRuns} />
      </td>
      <td>{scheduleOf(trans, row)}</td>
      <td>{row.paused || row.retired ? '' : when(row.nextRun)}</td>
      <td>
        {trans.__('v%1', row.number)}{' '}
        <span className="jp-Promote-note">
          {row.by} {when(row.at)}
        </span>
      </td>
    </tr>
  );
}

/** The schedule with what holds it back. */
export function scheduleOf(trans: TranslationBundle, row: PipelineRow): string {
  if (row.retired) {
    return trans.__('unpublished');
  }
  const schedule = row.schedule || trans.__('by hand');
  return row.paused ? trans.__('%1 (paused)', schedule) : schedule;
}
