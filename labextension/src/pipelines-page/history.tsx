/** One pipeline on the Pipelines page: what serves, its runs, and all that can be done with them. */
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Manifest, PipelineRow } from '../api/_generated';
import { formatMoment } from '../schedule/moments';
import { Act, OutwardLink } from '../ui/button';
import { ProblemBox, useChanges, useTrans } from '../ui/react';
import { BackfillForm } from './backfill';
import { type IRunLinks, RunDetails } from '../runs/details';
import { RunGrid } from './grid';
import { type HistoryModel, RUNS_PER_PAGE } from './history-model';
import { scheduleOf } from './overview';
import { Paging } from './paging';
import { State } from '../runs/states';
import { Trigger } from '../runs/trigger';
import { Versions } from '../runs/versions';
import { beganAt, when } from '../runs/words';

/** The ways from a pipeline to other places. */
export interface IHistoryLinks extends IRunLinks {
  back(): void;
  /** Open the notebook that the pipeline was published from. */
  openSource(path: string): void;
  /** Ask before it is unpublished. */
  confirmUnpublish(name: string): Promise<boolean>;
  copyLink(dagId: string, runId: string | null): void;
}

export function History(props: {
  model: HistoryModel;
  row: PipelineRow | null;
  links: IHistoryLinks;
}): JSX.Element {
  const trans = useTrans();
  const { model, row, links } = props;
  useChanges(model);
  const { page, run } = model;
  return (
    <div className="jp-Promote-pipelines">
      <Act look="link" onClick={() => links.back()}>
        {trans.__('‹ All pipelines')}
      </Act>
      <h1 className="jp-Promote-pageTitle">{row?.name || model.dagId}</h1>
      {row && <Serving row={row} model={model} links={links} />}
      {model.problem && <ProblemBox problem={model.problem} />}
      <Filters model={model} />
      {page === null ? (
        <p className="jp-Promote-empty" role="status">
          {model.problem ? '' : trans.__('Asking Airflow…')}
        </p>
      ) : page.runs.length === 0 ? (
        <p className="jp-Promote-empty" role="status">
          {model.isFiltered
            ? trans.__('No run fits the filter.')
            : trans.__('No run yet.')}
        </p>
      ) : (
        <>
          <RunGrid
            runs={page.runs}
            order={model.manifest?.steps.map(step => step.name) ?? []}
            chosen={run?.runId ?? null}
            choose={runId => model.choose(runId)}
            open={path => links.open(path)}
          />
          <Paging
            label={trans.__('Pages of runs')}
            offset={model.wish.offset}
            shown={page.runs.length}
            total={page.total}
            back={() => turn(model, -RUNS_PER_PAGE)}
            on={() => turn(model, RUNS_PER_PAGE)}
          />
        </>
      )}
      {run && (
        <section
          className="jp-Promote-chosenRun"
          aria-label={trans.__('The chosen run')}
        >
          <h2>
            <State state={run.state} /> {beganAt(trans, run)}
          </h2>
          <RunDetails run={run} actions={model} links={links} />
          <p className="jp-Promote-answers">
            <Act
              look="link"
              onClick={() => links.copyLink(model.dagId, run.runId)}
            >
              {trans.__('Copy link')}
            </Act>
            <OutwardLink href={run.url}>
              {trans.__('Show in Airflow')}
            </OutwardLink>
            {run.rayUrl && (
              <OutwardLink href={run.rayUrl}>
                {trans.__('Ray’s dashboard')}
              </OutwardLink>
            )}
          </p>
        </section>
      )}
    </div>
  );
}

function turn(model: HistoryModel, by: number): void {
  model.want({ offset: Math.max(0, model.wish.offset + by) });
}

function Serving(props: {
  row: PipelineRow;
  model: HistoryModel;
  links: IHistoryLinks;
}): JSX.Element {
  const trans = useTrans();
  const { row, model, links } = props;
  const unpublish = async (): Promise<void> => {
    if (await links.confirmUnpublish(row.name || row.dagId)) {
      await model.unpublish();
    }
  };
  const isOn = row.paused === false && !row.retired;
  return (
    <>
      <p className="jp-Promote-note">
        {trans.__(
          'v%1 by %2, %3 · %4.',
          row.number,
          row.by,
          when(row.at),
          scheduleOf(trans, row)
        )}{' '}
        {isOn &&
          row.nextRun !== null &&
          trans.__('Next run %1.', nextOf(row.nextRun, model.manifest))}
      </p>
      <div className="jp-Promote-answers">
        {row.sourceFound && (
          <Act onClick={() => links.openSource(row.path)}>
            {trans.__('Open source notebook')}
          </Act>
        )}
        {!row.retired && (
          <>
            <Act
              disabled={model.busy}
              onClick={() => void model.setPaused(isOn)}
            >
              {isOn ? trans.__('Pause') : trans.__('Switch on')}
            </Act>
            <Act disabled={model.busy} onClick={() => void unpublish()}>
              {trans.__('Unpublish…')}
            </Act>
          </>
        )}
        <Act onClick={() => links.copyLink(row.dagId, null)}>
          {trans.__('Copy link')}
        </Act>
      </div>
      {!row.retired && (
        <Trigger runs={model} parameters={model.manifest?.parameters ?? []} />
      )}
      {!row.retired && model.manifest?.schedule.cron && (
        <details className="jp-Promote-more">
          <summary>{trans.__('Run past dates')}</summary>
          <BackfillForm
            timezone={model.manifest.schedule.timezone}
            busy={model.busy}
            backfill={request => model.backfill(request)}
          />
        </details>
      )}
      <Versions runs={model} />
    </>
  );
}

function Filters(props: { model: HistoryModel }): JSX.Element {
  const trans = useTrans();
  const { model } = props;
  const states = [
    ['', trans.__('all states')],
    ['failed', trans.__('failed')],
    ['success', trans.__('success')],
    ['running', trans.__('running')],
    ['queued', trans.__('queued')]
  ] as const;
  const kinds = [
    ['', trans.__('all kinds')],
    ['scheduled', trans.__('scheduled')],
    ['manual', trans.__('by hand')],
    ['backfill', trans.__('past dates')]
  ] as const;
  return (
    <div className="jp-Promote-filters" role="search">
      <label>
        {trans.__('State')}
        <HTMLSelect
          value={model.wish.states[0] ?? ''}
          onChange={event => model.want({ states: some(event.target.value) })}
        >
          {states.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </HTMLSelect>
      </label>
      <label>
        {trans.__('Kind')}
        <HTMLSelect
          value={model.wish.kinds[0] ?? ''}
          onChange={event => model.want({ kinds: some(event.target.value) })}
        >
          {kinds.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </HTMLSelect>
      </label>
    </div>
  );
}

function some(value: string): readonly string[] {
  return value === '' ? [] : [value];
}

/** On the clocks of the schedule, which stand before it. */
function nextOf(moment: string, manifest: Manifest | null): string {
  const timezone = manifest?.schedule.timezone;
  return timezone ? formatMoment(new Date(moment), timezone) : when(moment);
}
