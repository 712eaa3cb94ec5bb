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

export function Trigger(props: {
  runs: IStarter;
  parameters: readonly Parameter[];
}): JSX.Element {
  const trans = useTrans();
  const { runs, parameters } = props;
  const [texts, setTexts] = React.useState<Readonly<Record<string, string>>>(
    {}
  );
  const isMissing = parameters.some(
    parameter => parameter.required && !texts[parameter.name]
  );
  return (
    <div className="jp-Promote-trigger">
      {parameters.length > 0 && (
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
      )}
      <Act
        disabled={runs.busy || !areComplete(parameters, texts)}
        onClick={() => void runs.trigger(typedValues(parameters, texts))}
      >
        {trans.__('Run now')}
      </Act>
    </div>
  );
}
