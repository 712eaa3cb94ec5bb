/** Test run and Verify, with what they found. */
import { HTMLSelect } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { TrialCell, TrialResult } from '../api/_generated';
import type { PipelineModel } from '../pipeline/model';
import { ParameterFields } from '../runs/parameter-fields';
import { areComplete, typedValues } from '../runs/parameters';
import { Act } from '../ui/button';
import { ProblemBox, Sentence, useChanges, useTrans } from '../ui/react';
import type { PublishModel } from './model';
import { OutsideWrites } from './outside-writes';
import type { TrialModel } from './trial-model';

interface ITrialProps {
  pipeline: PipelineModel;
  trial: TrialModel;
  /** Open an executed notebook by its path below the drive. */
  open: (path: string) => void;
}

export function TrialPanel(props: ITrialProps): JSX.Element {
  const trans = useTrans();
  const { pipeline, trial } = props;
  useChanges(pipeline);
  useChanges(trial);
  const { analysis } = pipeline;
  const blocked =
    pipeline.form.wrong.length > 0 ||
    (analysis?.findings.some(found => found.severity === 'error') ?? true);
  const [texts, setTexts] = React.useState<Readonly<Record<string, string>>>(
    {}
  );
  const [until, setUntil] = React.useState('');
  const parameters = analysis?.parameters ?? [];
  const steps = analysis?.steps.map(step => step.name) ?? [];
  const last = steps.includes(until) ? until : '';
  return (
    <div className="jp-Promote-trial">
      <OutsideWrites pipeline={pipeline} until={last} />
      <div className="jp-Promote-form">
        <ParameterFields
          id="jp-Promote-try"
          parameters={parameters}
          texts={texts}
          change={setTexts}
        />
        <div className="jp-Promote-field">
          <label htmlFor="jp-Promote-until">{trans.__('Up to step')}</label>
          <HTMLSelect
            id="jp-Promote-until"
            value={last}
            onChange={event => setUntil(event.target.value)}
          >
            <option value="">{trans.__('all steps')}</option>
            {steps.map(step => (
              <option key={step} value={step}>
                {step}
              </option>
            ))}
          </HTMLSelect>
        </div>
      </div>
      <div className="jp-Promote-answers">
        <Act
          disabled={blocked || trial.busy || !areComplete(parameters, texts)}
          onClick={() =>
            void trial.begin({
              kind: 'test_run',
              until: last,
              parameters: typedValues(parameters, texts)
            })
          }
        >
          {trans.__('Test run')}
        </Act>
        <Act
          disabled={blocked || trial.busy}
          title={trans.__(
            'Run it from top to bottom and step by step, and compare each cell'
          )}
          onClick={() => void trial.begin({ kind: 'verify' })}
        >
          {trans.__('Verify')}
        </Act>
        {trial.busy && (
          <Act look="link" onClick={() => void trial.cancel()}>
            {trans.__('Stop')}
          </Act>
        )}
      </div>
      <p role="status" className="jp-Promote-trialState">
        {!trial.busy
          ? ''
          : trial.away
            ? trans.__('The server does not answer; it is asked again.')
            : `${trans.__('Running…')} ${trial.doing}`}
      </p>
      {!trial.busy && <Ended {...props} />}
    </div>
  );
}

/** That the split run gives the same result, with the version that this is true of. */
export function VerifiedBadge(props: {
  trial: TrialModel;
  publishing: PublishModel;
}): JSX.Element | null {
  const trans = useTrans();
  const { trial, publishing } = props;
  useChanges(trial);
  useChanges(publishing);
  if (!trial.isVerified) {
    return null;
  }
  const { state } = publishing;
  return (
    <span className="jp-Promote-badge">
      <span aria-hidden="true">✓</span>{' '}
      {state?.state === 'up_to_date' && state.number !== null
        ? trans.__('same result, v%1', state.number)
        : trans.__('same result')}
    </span>
  );
}

/** How the last trial ended; nothing before the first. */
function Ended(props: ITrialProps): JSX.Element | null {
  const trans = useTrans();
  const { pipeline, trial, open } = props;
  if (trial.problem) {
    return <ProblemBox problem={trial.problem} />;
  }
  if (trial.operation?.state === 'cancelled') {
    return <p>{trans.__('Stopped.')}</p>;
  }
  const result = trial.operation?.trial;
  if (!result) {
    return null;
  }
  const { notebook } = trial;
  const failed = result.ok ? null : failedCell(pipeline, result);
  return (
    <div className="jp-Promote-trialResult" data-ok={result.ok}>
      <p>
        <span aria-hidden="true">{result.ok ? '✓' : '✕'}</span>{' '}
        {result.step && trans.__('%1:', result.step)}{' '}
        <Sentence text={result.message} />
        {trial.isOutdated && (
          <> {trans.__('The notebook has changed since.')}</>
        )}
      </p>
      {result.hint && (
        <p>
          <Sentence text={result.hint} />
        </p>
      )}
      <div className="jp-Promote-answers">
        {failed !== null && (
          <Act look="link" onClick={() => pipeline.reveal(failed)}>
            {trans.__('Show the cell')}
          </Act>
        )}
        {notebook && (
          <Act look="link" onClick={() => open(notebook)}>
            {trans.__('Open the executed notebook')}
          </Act>
        )}
      </div>
      <Different cells={result.cells} />
    </div>
  );
}

function failedCell(
  pipeline: PipelineModel,
  result: TrialResult
): string | null {
  return result.cellIndex === null
    ? null
    : (pipeline.cells[result.cellIndex]?.id ?? null);
}

/** The cells that say something else in the split run. */
function Different(props: { cells: readonly TrialCell[] }): JSX.Element {
  const trans = useTrans();
  return (
    <ul>
      {props.cells.map(cell => (
        <li key={cell.index}>
          <details>
            <summary>
              {trans.__('Cell %1 (%2)', cell.index + 1, cell.step)}:{' '}
              {verdict(trans, cell)}
            </summary>
            <h3>{trans.__('From top to bottom')}</h3>
            <pre>{cell.linear}</pre>
            <h3>{trans.__('Step by step')}</h3>
            <pre>{cell.split}</pre>
          </details>
        </li>
      ))}
    </ul>
  );
}

function verdict(trans: TranslationBundle, cell: TrialCell): string {
  return cell.verdict === 'nondeterministic'
    ? trans.__('says something else each time')
    : trans.__('different');
}
