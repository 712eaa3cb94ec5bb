/** Run now, with the parameters' values. */
import * as React from 'react';
import type { Parameter } from '../api/_generated';
import { Act } from '../ui/button';
import { useTrans } from '../ui/react';
import { ParameterFields } from './parameter-fields';
import { areComplete, typedValues } from './parameters';

/** What starts runs. */
interface IStarter {
  readonly busy: boolean;
  trigger(parameters: Readonly<Record<string, unknown>>): Promise<void>;
}

interface ITriggerProps {
  runs: IStarter;
  parameters: readonly Parameter[];
}

/** The button that starts a run, and the fields for its values where the pipeline takes any. */
export function useTrigger(props: ITriggerProps): {
  readonly fields: JSX.Element | null;
  readonly button: JSX.Element;
} {
  const trans = useTrans();
  const { runs, parameters } = props;
  const [texts, setTexts] = React.useState<Readonly<Record<string, string>>>(
    {}
  );
  const isMissing = parameters.some(
    parameter => parameter.required && !texts[parameter.name]
  );
  return {
    fields:
      parameters.length > 0 ? (
        <details open={isMissing}>
          <summary>{trans.__('Parameters of the run')}</summary>
          <div className="jp-Promote-form">
            <ParameterFields
              id="jp-Promote-parameter"
              parameters={parameters}
              texts={texts}
              change={setTexts}
            />
          </div>
        </details>
      ) : null,
    button: (
      <Act
        disabled={runs.busy || !areComplete(parameters, texts)}
        onClick={() => void runs.trigger(typedValues(parameters, texts))}
      >
        {trans.__('Run now')}
      </Act>
    )
  };
}

export function Trigger(props: ITriggerProps): JSX.Element {
  const { fields, button } = useTrigger(props);
  return (
    <div className="jp-Promote-trigger">
      {fields}
      {button}
    </div>
  );
}
