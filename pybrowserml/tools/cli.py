"""The command `pybrowserml`: build, serve, explain.

Errors are one plain sentence on stderr and exit status 2; `--debug` shows the traceback instead.
"""

import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from .failures import Failure
from .modules import TranspileError

typer_app = typer.Typer(
    name="pybrowserml",
    help="Train a model in Python; predict and train it in any browser.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Source = Annotated[
    Path,
    typer.Argument(
        help="A folder that model.save() wrote, a Keras .keras file, or a .py file that defines `model`.",
        show_default=False,
    ),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"pybrowserml {version()}")
        raise typer.Exit()


def version() -> str:
    """The installed version."""
    from importlib.metadata import version as installed

    return installed("pybrowserml")


@typer_app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
    debug: Debug = False,
) -> None:
    pass


@typer_app.command()
def build(
    source: Source,
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder to write.", show_default=False)],
    trainable: Annotated[
        bool, typer.Option("--trainable", help="Let the page train the model too (it must be compiled).")
    ] = False,
    embed: Annotated[
        bool | None,
        typer.Option(
            "--embed/--no-embed",
            help="Put the weights inside model.js and model.global.js / inside neither. "
            "By default model.global.js carries them up to 16 MB, so that it works from a file:// page.",
        ),
    ] = None,
    pixels: Annotated[
        str, typer.Option("--pixels", help="The range of image inputs, such as 0..1 or -1..1.")
    ] = "0..255",
    shard: Annotated[float, typer.Option("--shard", help="Split weights into files of this many MB.")] = 64.0,
    plain: Annotated[bool, typer.Option("--plain", help="Do not minify the JavaScript.")] = False,
    dynamic: Annotated[
        bool,
        typer.Option(
            "--dynamic",
            help="Ship the classes and functions of a .py file as they are, with the whole library: custom layers, "
            "losses, callbacks, training of your own. Needs Node.js and the checkout.",
        ),
    ] = False,
    debug: Debug = False,
) -> None:
    """Ship a model as a folder of JavaScript that predicts (and trains) in any browser."""
    if dynamic:
        _build_dynamic(source, out, not plain)
        return
    from .build import BuildOptions, build_bundle, parse_pixels
    from .report import size_table
    from .source import load_source

    options = BuildOptions(trainable, embed, parse_pixels(pixels), int(shard * 1e6), not plain)
    model = load_source(source, debug)
    sizes = build_bundle(model, out, options, source)
    console = Console()
    console.print(size_table(sizes, f"{out}"))
    console.print(f"Try it: [bold]pybrowserml serve {escape(str(out))} --open[/bold]", highlight=False)


def _build_dynamic(source: Path, out: Path, minify: bool) -> None:
    from .dynamic import build_dynamic
    from .report import size_table

    console = Console()
    console.print(size_table(build_dynamic(source, out, minify), f"{out}"))
    console.print(f'Use it: import * as mine from "./{escape(out.name)}/module.js"', highlight=False)


@typer_app.command()
def serve(
    folder: Annotated[Path, typer.Argument(help="The folder to serve.", show_default=False)],
    port: Annotated[int, typer.Option(help="The port; 0 takes any free one.")] = 8000,
    host: Annotated[
        str, typer.Option(help="The address to listen on; only this machine by default.")
    ] = "127.0.0.1",
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    debug: Debug = False,
) -> None:
    """Serve a built folder, under the strict policy that bundles promise to work with."""
    from .serve import make_server

    console = Console()
    server = make_server(folder, host, port, log=lambda line: console.print(line, style="dim", markup=False))
    console.print(
        f"Serving {escape(str(folder))} at [bold]{server.address}[/bold] (Ctrl+C ends it)", highlight=False
    )
    if open_browser:
        webbrowser.open(server.address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        console.print("Ended.")
    finally:
        server.server_close()


@typer_app.command()
def explain(
    source: Source,
    trainable: Annotated[bool, typer.Option("--trainable", help="Show the training step too.")] = False,
    debug: Debug = False,
) -> None:
    """Show the plan of a model: steps, kernels, shapes, bytes."""
    from .build import explain_model
    from .source import load_source

    print(explain_model(load_source(source, debug), trainable))


def app(arguments: list[str] | None = None) -> None:
    """Run the command with `arguments` (default: those of the process) and exit with its status."""
    given = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if "--debug" in given:
        _run(given)
    try:
        _run(given)
    except Exception as problem:
        sentence = " ".join(_sentence(problem).split())
        Console(stderr=True).print(f"[red]error:[/red] {escape(sentence)}", soft_wrap=True, highlight=False)
        raise SystemExit(2) from None


def _run(given: list[str]) -> None:
    try:
        status = typer_app(given, standalone_mode=False)
    except typer.Abort:
        raise SystemExit(130) from None
    raise SystemExit(status if isinstance(status, int) else 0)


def _sentence(problem: Exception) -> str:
    # Typer brings click inside itself or beside itself, by version: its errors are told by what they offer.
    if hasattr(problem, "format_message"):
        return f"{problem.format_message().rstrip('.?')}; see pybrowserml --help"  # type: ignore[attr-defined]
    if isinstance(problem, Failure | TranspileError) or _is_ours(problem):
        return str(problem)
    if isinstance(problem, OSError) and problem.filename is not None:
        return f"{problem.filename}: {problem.strerror or problem}"
    return f"{type(problem).__name__}: {problem or 'no message'} (unexpected; --debug shows where)"


def _is_ours(problem: Exception) -> bool:
    from ..platform.errors import PybrowsermlError

    return isinstance(problem, PybrowsermlError)


if __name__ == "__main__":
    app()
