/** What the chosen step left: values, log, files, metrics; of the attempt that is chosen. */
import { HTMLSelect } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { AttemptInfo, Outcome } from '../api/_generated';
import { nameOf } from '../runs/words';
import { useTrans } from '../ui/react';
import { formatBytes } from '../ui/units';
import type { Facet, ReviewModel } from './model';
import { ofAttempt } from './place';
import { PreviewView } from './preview';

export function Facets(props: {
  model: ReviewModel;
  open: (path: string) => void;
}): JSX.Element | null {
  const trans = useTrans();
  const { model } = props;
  const { step, facet } = model;
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
        <Attempts model={model} open={props.open} />
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
            {attemptWord(trans, one, attempts.length)}
          </option>
        ))}
      </HTMLSelect>
      <button
        type="button"
        className="jp-Promote-link"
        onClick={() => props.open(ofAttempt(step.notebook, attempt.attempt))}
      >
        {trans.__('Open its notebook')}
      </button>
    </>
  );
}

function attemptWord(
  trans: TranslationBundle,
  attempt: AttemptInfo,
  count: number
): string {
  const { outcome } = attempt;
  const ended =
    outcome === null
      ? trans.__('not ended')
      : outcome.state === 'success'
        ? trans.__('passed')
        : outcome.state === 'cancelled'
          ? trans.__('cancelled')
          : trans.__('failed');
  return trans.__('Attempt %1 of %2: %3', attempt.attempt, count, ended);
}

function FacetView(props: { model: ReviewModel; facet: Facet }): JSX.Element {
  const trans = useTrans();
  const { model, facet } = props;
  const { previews, log } = model.facets;
  const outcome = model.attempt?.outcome ?? null;
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
          {log || trans.__('The log is empty.')}
        </pre>
      );
    case 'files':
      return <Files outcome={outcome} />;
    case 'metrics':
      return <Metrics outcome={outcome} />;
  }
}

function Files(props: { outcome: Outcome | null }): JSX.Element {
  const trans = useTrans();
  const files = props.outcome?.changes ?? [];
  return files.length === 0 ? (
    <p>{trans.__('It wrote no files.')}</p>
  ) : (
    <ul>
      {files.map(file => (
        <li key={file.path}>
          <code>{file.path}</code>{' '}
          <span className="jp-Promote-note">
            {file.sha256 === null && !file.path.endsWith('/')
              ? trans.__('deleted')
              : formatBytes(file.size)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Metrics(props: { outcome: Outcome | null }): JSX.Element {
  const trans = useTrans();
  const metrics = Object.entries(props.outcome?.metrics ?? {});
  return metrics.length === 0 ? (
    <p>{trans.__('It recorded no metrics.')}</p>
  ) : (
    <dl className="jp-Promote-facts">
      {metrics.map(([name, value]) => (
        <React.Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </React.Fragment>
      ))}
    </dl>
  );
}
