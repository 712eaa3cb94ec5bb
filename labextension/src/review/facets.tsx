/** What the chosen step left: values, log, files, metrics; of the attempt that is chosen. */
import { HTMLSelect } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { AttemptInfo } from '../api/_generated';
import { isLive } from '../runs/model';
import { stateWord } from '../runs/states';
import { nameOf } from '../runs/words';
import { Act } from '../ui/button';
import { useTrans } from '../ui/react';
import type { Facet } from './left';
import { MetricPlots } from './metric-plots';
import type { ReviewModel } from './model';
import { ofAttempt } from './place';
import { PreviewView } from './preview';
import { WrittenFiles } from './written-files';

export function Facets(props: {
  model: ReviewModel;
  open: (path: string) => void;
  /** Repair the run from the step that is looked at. */
  repair: () => void;
  /** Open the step that is looked at in a kernel, with what it was given. */
  debug: () => void;
}): JSX.Element | null {
  const trans = useTrans();
  const { model } = props;
  const { step, facet, run } = model;
  if (step === null) {
    return null;
  }
  const facets: readonly (readonly [Facet, string])[] = [
    ['values', trans.__('Values')],
    ['log', trans.__('Log')],
    ['files', trans.__('Files')],
    ['metrics', trans.__('Metrics')]
  ];
  return (
    <section
      className="jp-Promote-facets"
      aria-label={trans.__('What %1 left', nameOf(step))}
    >
      <div className="jp-Promote-answers">
        <span className="jp-Promote-note">{trans.__('Show')}</span>
        {facets.map(([value, label]) => (
          <button
            key={value}
            type="button"
            className="jp-Promote-preset"
            aria-pressed={facet === value}
            onClick={() => model.show(facet === value ? null : value)}
          >
            {label}
          </button>
        ))}
        <Items model={model} />
        <Attempts model={model} open={props.open} />
        {run && !isLive(run) && (
          <>
            <Act onClick={props.debug}>{trans.__('Open with inputs…')}</Act>
            <Act onClick={props.repair}>{trans.__('Repair from here…')}</Act>
          </>
        )}
      </div>
      {facet !== null && (
        <div
          className="jp-Promote-facet"
          role="region"
          tabIndex={0}
          aria-label={trans.__(
            '%1 of %2',
            facets.find(([value]) => value === facet)?.[1] ?? '',
            nameOf(step)
          )}
        >
          <FacetView model={model} facet={facet} />
        </div>
      )}
    </section>
  );
}

/** Which item of a mapped step. */
function Items(props: { model: ReviewModel }): JSX.Element | null {
  const trans = useTrans();
  const { run, step } = props.model;
  const items = run?.steps.filter(one => one.step === step?.step) ?? [];
  return step === null || items.length < 2 ? null : (
    <HTMLSelect
      aria-label={trans.__('Item')}
      value={nameOf(step)}
      onChange={event => props.model.choose(event.target.value)}
    >
      {items.map(item => (
        <option key={item.mapIndex} value={nameOf(item)}>
          {trans.__('Item %1: %2', item.mapIndex, stateWord(trans, item.state))}
        </option>
      ))}
    </HTMLSelect>
  );
}

function Attempts(props: {
  model: ReviewModel;
  open: (path: string) => void;
}): JSX.Element | null {
  const trans = useTrans();
  const { model } = props;
  const { attempts, attempt, step } = model;
  if (attempts.length < 2 || attempt === null || step === null) {
    return null;
  }
  return (
    <>
      <HTMLSelect
        aria-label={trans.__('Attempt')}
        value={String(attempt.attempt)}
        onChange={event => model.chooseAttempt(Number(event.target.value))}
      >
        {attempts.map(one => (
          <option key={one.attempt} value={one.attempt}>
            {endWord(trans, one)}
          </option>
        ))}
      </HTMLSelect>
      <Act
        look="link"
        onClick={() => props.open(ofAttempt(step.notebook, attempt.attempt))}
      >
        {trans.__('Open its notebook')}
      </Act>
    </>
  );
}

function endWord(trans: TranslationBundle, attempt: AttemptInfo): string {
  const { outcome } = attempt;
  const ended =
    outcome === null
      ? trans.__('not ended')
      : outcome.state === 'success'
        ? trans.__('passed')
        : outcome.state === 'cancelled'
          ? trans.__('cancelled')
          : trans.__('failed');
  return trans.__('Attempt %1: %2', attempt.attempt, ended);
}

/** Airflow's log without the marks between which its own page folds lines away. */
function withoutFolds(log: string): string {
  return log.replace(/^.*::endgroup::.*\n?/gm, '').replace(/::group::/g, '');
}

function FacetView(props: { model: ReviewModel; facet: Facet }): JSX.Element {
  const trans = useTrans();
  const { model, facet } = props;
  const { previews, log } = model.facets;
  const waiting = <p role="status">{trans.__('Loading…')}</p>;
  switch (facet) {
    case 'values':
      return previews === null ? (
        waiting
      ) : previews.length === 0 ? (
        <p>{trans.__('It left no values.')}</p>
      ) : (
        <>
          {previews.map(preview => (
            <PreviewView key={preview.name} preview={preview} />
          ))}
        </>
      );
    case 'log':
      return log === null ? (
        waiting
      ) : (
        <pre className="jp-Promote-log">
          {withoutFolds(log) || trans.__('The log is empty.')}
        </pre>
      );
    case 'files':
      return <WrittenFiles model={model} />;
    case 'metrics':
      return <MetricPlots model={model} />;
  }
}
