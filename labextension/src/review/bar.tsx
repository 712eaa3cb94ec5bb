/** The bar over an executed notebook: the run's steps with state and time, the cause of a failure, what a step left. */
import { HTMLSelect, ReactWidget } from '@jupyterlab/ui-components';
import type { ITranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';
import type { Run } from '../api/_generated';
import type { ILabLinks } from '../runs/links';
import { isLive } from '../runs/model';
import { State } from '../runs/states';
import { failedStep, failure, nameOf, origin, when } from '../runs/words';
import {
  DOMAIN,
  ProblemBox,
  Sentence,
  Translated,
  useChanges,
  useTrans
} from '../ui/react';
import { Facets } from './facets';
import type { ReviewModel } from './model';
import { StepTab } from './step-tab';
import { OTHERS, otherWord } from './others';

/** Share of the window's height that the bar may take. */
const MOST = 0.45;

export namespace ReviewBar {
  export interface IOptions {
    model: ReviewModel;
    links: ILabLinks;
    translator: ITranslator;
    /** Make a cell visible; nothing happens where the notebook has no such cell. */
    reveal: (cellId: string) => void;
  }
}

export class ReviewBar extends ReactWidget {
  constructor(private readonly _options: ReviewBar.IOptions) {
    super();
    const trans = _options.translator.load(DOMAIN);
    this.addClass('jp-Promote');
    this.addClass('jp-Promote-review');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('The run'));
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._options.model.dispose();
      super.dispose();
    }
  }

  protected override render(): JSX.Element {
    return (
      <Translated translator={this._options.translator}>
        <Measured tall={height => this._makeRoom(height)}>
          <Bar {...this._options} />
        </Measured>
      </Translated>
    );
  }

  /** The layout of a notebook panel gives only what a widget says that it needs. */
  private _makeRoom(height: number): void {
    const most = window.innerHeight * MOST;
    this.node.style.minHeight = `${Math.ceil(Math.min(height, most))}px`;
    if (this.parent) {
      MessageLoop.postMessage(this.parent, Widget.Msg.FitRequest);
    }
  }
}

/** Tells how tall its content is, now and whenever that changes. */
function Measured(
  props: React.PropsWithChildren<{ tall: (height: number) => void }>
): JSX.Element {
  const box = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const node = box.current;
    if (node === null) {
      return;
    }
    const observer = new ResizeObserver(() => props.tall(node.offsetHeight));
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} className="jp-Promote-reviewBox">
      {props.children}
    </div>
  );
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
        {run.steps.map(step => (
          <li key={nameOf(step)}>
            <StepTab
              step={step}
              pressed={model.step === step}
              go={() => {
                const [first] = model.cellsOf(step.step);
                model.choose(nameOf(step));
                if (first !== undefined) {
                  props.reveal(first);
                }
              }}
            />
          </li>
        ))}
      </ul>
      <Facets model={model} open={path => props.links.open(path)} />
    </>
  );
}

interface IRunProps extends Omit<ReviewBar.IOptions, 'translator'> {
  run: Run;
}

function Head(props: IRunProps): JSX.Element {
  const trans = useTrans();
  const { run, model, links } = props;
  return (
    <div className="jp-Promote-reviewHead">
      <p>
        <State state={run.state} /> {when(run.started ?? run.logicalDate)}{' '}
        <span className="jp-Promote-note">{origin(trans, run)}</span>
      </p>
      <div className="jp-Promote-answers">
        {!isLive(run) && (
          <HTMLSelect
            aria-label={trans.__('Compare this run with')}
            value=""
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
          <button
            type="button"
            className="jp-Promote-button"
            disabled={model.busy}
            onClick={() => void model.repair()}
          >
            {trans.__('Repair')}
          </button>
        )}
        <button
          type="button"
          className="jp-Promote-button"
          onClick={() => links.source(run.dagId)}
        >
          {trans.__('Back to source')}
        </button>
        <button
          type="button"
          className="jp-Promote-button"
          onClick={() => links.show({ dagId: run.dagId, runId: run.runId })}
        >
          {trans.__('All runs')}
        </button>
        <a
          className="jp-Promote-link"
          href={run.url}
          target="_blank"
          rel="noreferrer noopener"
        >
          {trans.__('Airflow')}
        </a>
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
        {step?.failedCell ? '' : step?.hint}
      </p>
      <div className="jp-Promote-answers">
        {step?.failedCell && (
          <button
            type="button"
            className="jp-Promote-button"
            onClick={() => reveal(step.failedCell ?? '')}
          >
            {trans.__('Go to the cell')}
          </button>
        )}
        {step && (
          <button
            type="button"
            className="jp-Promote-button"
            onClick={() => links.debug(run, step)}
          >
            {trans.__('Debug')}
          </button>
        )}
      </div>
    </div>
  );
}
