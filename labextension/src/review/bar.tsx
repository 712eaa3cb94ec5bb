/** The bar over an executed notebook: the run's steps with state and time, the cause of a failure, what a step left. */
import { HTMLSelect } from '@jupyterlab/ui-components';
import type { ITranslator } from '@jupyterlab/translation';
import * as React from 'react';
import type { Run } from '../api/_generated';
import { repairOrAsk } from '../runs/earlier';
import { stepGroups } from '../runs/groups';
import type { ILabLinks } from '../runs/links';
import { LiveOutput } from '../runs/live';
import { isLive } from '../runs/model';
import { Remedies } from '../failures/remedies';
import { State } from '../runs/states';
import {
  beganAt,
  failedStep,
  failure,
  givenValues,
  nameOf,
  origin
} from '../runs/words';
import { Act, OutwardLink } from '../ui/button';
import { openInstead } from '../ui/choosing';
import { HeaderBar } from '../ui/header-bar';
import {
  DOMAIN,
  ProblemBox,
  Sentence,
  useChanges,
  useTrans
} from '../ui/react';
import { Facets } from './facets';
import type { ReviewModel } from './model';
import { StepTab } from './step-tab';
import { OTHERS, otherWord } from './others';

export namespace ReviewBar {
  export interface IOptions {
    model: ReviewModel;
    links: ILabLinks;
    translator: ITranslator;
    /** Make a cell visible; nothing happens where the notebook has no such cell. */
    reveal: (cellId: string) => void;
  }
}

/** The bar as a widget; the model goes with it. */
export function reviewBar(options: ReviewBar.IOptions): HeaderBar {
  const { model, translator } = options;
  const trans = translator.load(DOMAIN);
  return new HeaderBar({
    label: trans.__('The run'),
    translator,
    content: (
      <div className="jp-Promote-reviewBox">
        <Bar {...options} />
      </div>
    ),
    disposed: () => model.dispose()
  });
}

export function Bar(
  props: Omit<ReviewBar.IOptions, 'translator'>
): JSX.Element {
  const trans = useTrans();
  const { model } = props;
  useChanges(model);
  const { run } = model;
  if (run === null) {
    return model.problem ? (
      <ProblemBox problem={model.problem} />
    ) : (
      <p role="status">{trans.__('Asking Airflow…')}</p>
    );
  }
  return (
    <>
      <Head {...props} run={run} />
      {run.state === 'failed' && <CauseLine {...props} run={run} />}
      {model.problem && <ProblemBox problem={model.problem} />}
      <ul className="jp-Promote-stepBar" aria-label={trans.__('Steps')}>
        {stepGroups(run.steps).map(group => (
          <li key={group.name}>
            <StepTab
              group={group}
              pressed={model.step?.step === group.name}
              go={() => {
                const [first] = model.cellsOf(group.name);
                model.choose(nameOf(group.shown));
                if (first !== undefined) {
                  props.reveal(first);
                }
              }}
            />
          </li>
        ))}
      </ul>
      {model.step && <LiveOutput step={model.step} />}
      <Facets
        model={model}
        open={path => props.links.open(path)}
        repair={() => void repairFrom(props, run, model.step?.step ?? '')}
        debug={() => model.step && props.links.debug(run, model.step)}
      />
    </>
  );
}

async function repairFrom(
  { model, links }: Pick<ReviewBar.IOptions, 'model' | 'links'>,
  run: Run,
  step: string
): Promise<void> {
  if (await links.repair(run, step)) {
    await model.refresh().catch(() => undefined);
  }
}

interface IRunProps extends Omit<ReviewBar.IOptions, 'translator'> {
  run: Run;
}

function Head(props: IRunProps): JSX.Element {
  const trans = useTrans();
  const { run, model, links } = props;
  const given = givenValues(run);
  return (
    <div className="jp-Promote-reviewHead">
      <p>
        <State state={run.state} /> {beganAt(trans, run)}{' '}
        <span className="jp-Promote-note">{origin(trans, run)}</span>
        {/* The cells show the defaults, and the outputs come of these. */}
        {given && (
          <span className="jp-Promote-given">
            {trans.__('Run with %1', given)}
          </span>
        )}
      </p>
      <div className="jp-Promote-answers">
        {!isLive(run) && (
          <HTMLSelect
            aria-label={trans.__('Compare this run with')}
            value=""
            onKeyDown={openInstead}
            onChange={event => links.compare(run, event.target.value)}
          >
            <option value="" disabled>
              {trans.__('Compare with…')}
            </option>
            {OTHERS.map(other => (
              <option key={other} value={other}>
                {otherWord(trans, other)}
              </option>
            ))}
          </HTMLSelect>
        )}
        {(run.state === 'failed' || run.state === 'cancelled') && (
          <Act
            disabled={model.busy}
            onClick={() => void repairOrAsk(run, model, links)}
          >
            {trans.__('Repair')}
          </Act>
        )}
        <Act onClick={() => links.source(run.dagId)}>
          {trans.__('Back to source')}
        </Act>
        <Act onClick={() => links.show({ dagId: run.dagId, runId: run.runId })}>
          {trans.__('All runs')}
        </Act>
        <OutwardLink href={run.url}>{trans.__('Airflow')}</OutwardLink>
        {run.rayUrl && (
          <OutwardLink href={run.rayUrl}>{trans.__('Ray')}</OutwardLink>
        )}
      </div>
    </div>
  );
}

function CauseLine(props: IRunProps): JSX.Element {
  const trans = useTrans();
  const { run, links, reveal } = props;
  const step = failedStep(run);
  return (
    <div className="jp-Promote-causeLine">
      <p className="jp-Promote-cause">
        <Sentence text={failure(trans, run, new Date())} />{' '}
        {/* The hint for a cell is to look at it, and here it is. */}
        <Sentence text={step?.failedCell ? '' : (step?.hint ?? '')} />
      </p>
      <Remedies run={run} whole="" step={step} links={links}>
        {step?.failedCell && (
          <Act onClick={() => reveal(step.failedCell ?? '')}>
            {trans.__('Go to the cell')}
          </Act>
        )}
      </Remedies>
    </div>
  );
}
