/** The sidebar: it follows the active notebook. */
import type { ITranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { CopyView } from '../review/copy';
import { FailedNotice } from '../failures/failed';
import type { ILabLinks } from '../runs/links';
import { Runs } from '../runs/runs';
import { FurtherSchedules } from '../schedule/further';
import { PublishBar } from '../schedule/publish';
import { ScheduleForm } from '../schedule/schedule';
import { TrialPanel, VerifiedBadge } from '../schedule/trial';
import { coloursOf } from '../tagging/colours';
import { Act } from '../ui/button';
import { Panel } from '../ui/panel';
import {
  ProblemBox,
  Section,
  Translated,
  useChanges,
  useTrans
} from '../ui/react';
import { SteadyBox } from '../ui/steady';
import { ConnectionLine, type ConnectionModel, useIsAway } from './connection';
import { FindingList } from './finding-list';
import { NotebookGraph } from './graph-page';
import type { IOpenNotebook, Pipelines } from './pipelines';
import { RevertSettings } from './revert';
import { SplitOffer } from './split-offer';
import { Steps } from './steps';

export namespace Sidebar {
  export interface IOptions {
    pipelines: Pipelines;
    connection: ConnectionModel;
    translator: ITranslator;
    links: ILabLinks;
    /** Open the graph of the active notebook in the main area. */
    openGraph: () => void;
  }
}

export class Sidebar extends Panel {
  constructor(private readonly _options: Sidebar.IOptions) {
    super();
    const trans = _options.translator.load('jupyterlab_promote');
    this.id = 'jupyterlab-promote';
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Promote'));
  }

  protected override render(): JSX.Element {
    return (
      <Translated translator={this._options.translator}>
        <Page {...this._options} />
      </Translated>
    );
  }
}

function Page(props: Sidebar.IOptions): JSX.Element {
  const trans = useTrans();
  const { pipelines } = props;
  useChanges(pipelines);
  const open = pipelines.current;
  return (
    <div className="jp-Promote-page">
      <ConnectionLine model={props.connection} />
      <div className="jp-Promote-toPipelines">
        <Act
          look="link"
          onClick={() => props.links.show({ dagId: '', runId: '' })}
        >
          {trans.__('All pipelines')}
        </Act>
      </div>
      {open === null ? (
        <p className="jp-Promote-empty">
          {trans.__('Open a notebook to see its pipeline.')}
        </p>
      ) : (
        <NotebookView
          key={open.key}
          open={open}
          connection={props.connection}
          links={props.links}
          openGraph={props.openGraph}
        />
      )}
    </div>
  );
}

function OwnRuns(props: {
  open: IOpenNotebook;
  connection: ConnectionModel;
  links: ILabLinks;
}): JSX.Element {
  const trans = useTrans();
  const { runs } = props.open;
  useChanges(runs);
  const isAway = useIsAway(props.connection);
  return (
    <Section
      id="runs"
      title={trans.__('Runs')}
      opensFor={runs.refused?.message ?? runs.startedRun}
    >
      <Runs runs={runs} links={props.links} isAway={isAway} />
    </Section>
  );
}

function OwnPublishBar(props: {
  open: IOpenNotebook;
  connection: ConnectionModel;
}): JSX.Element {
  const { pipeline, publishing, runs } = props.open;
  const isAway = useIsAway(props.connection);
  return (
    <PublishBar
      pipeline={pipeline}
      publishing={publishing}
      runs={runs}
      isAway={isAway}
    />
  );
}

function NotebookView(props: {
  open: IOpenNotebook;
  connection: ConnectionModel;
  links: ILabLinks;
  openGraph: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { pipeline, publishing, trial, runs } = props.open;
  useChanges(pipeline);
  if (pipeline.derivedFrom) {
    return <CopyView from={pipeline.derivedFrom} links={props.links} />;
  }
  const { analysis } = pipeline;
  const colours = coloursOf(pipeline.notebook, analysis?.steps ?? []);
  return (
    <>
      <SteadyBox freshness={pipeline.freshness}>
        <h1 className="jp-Promote-title">{pipeline.stem}</h1>
        {pipeline.published && (
          <>
            <FailedNotice runs={runs} links={props.links} pipeline={pipeline} />
            <SplitOffer model={pipeline} runs={runs} />
          </>
        )}
        {pipeline.readOnly && (
          <p className="jp-Promote-old" role="status">
            {trans.__(
              'The file is read-only: tags and settings can be published, but are not kept.'
            )}
          </p>
        )}
        {pipeline.freshness === 'old' && (
          <p className="jp-Promote-old" role="status">
            {trans.__('Not up to date: the server does not answer.')}
          </p>
        )}
        {!analysis && pipeline.problem && (
          <ProblemBox problem={pipeline.problem}>
            <Act onClick={() => void pipeline.refresh()}>
              {trans.__('Try again')}
            </Act>
          </ProblemBox>
        )}
        {analysis && (
          <>
            <Section
              id="steps"
              title={trans.__('Steps')}
              note={analysis.steps.length}
            >
              <Steps
                model={pipeline}
                analysis={analysis}
                colours={colours}
                runs={runs}
              />
              <RevertSettings model={pipeline} />
              <FindingList model={pipeline} findings={analysis.findings} />
            </Section>
            <Section id="graph" title={trans.__('Graph')}>
              <NotebookGraph
                pipeline={pipeline}
                runs={runs}
                onLarge={props.openGraph}
              />
            </Section>
            <Section id="schedule" title={trans.__('Schedule')}>
              <ScheduleForm model={pipeline} publishing={publishing} />
              <FurtherSchedules model={pipeline} publishing={publishing} />
            </Section>
            <Section
              id="try"
              title={trans.__('Test')}
              note={<VerifiedBadge trial={trial} publishing={publishing} />}
              initiallyOpen={trial.operation !== null}
            >
              <TrialPanel
                pipeline={pipeline}
                trial={trial}
                open={props.links.open}
              />
            </Section>
          </>
        )}
        {pipeline.published && (
          <OwnRuns
            open={props.open}
            connection={props.connection}
            links={props.links}
          />
        )}
      </SteadyBox>
      <OwnPublishBar open={props.open} connection={props.connection} />
    </>
  );
}
