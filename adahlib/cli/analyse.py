"""The command ``adah analyse``: results that are made of several runs."""


def add_analyse_parser(commands) -> None:
    """Add ``adah analyse``."""
    analyse = commands.add_parser("analyse", help="make a result of several runs: intervals, unseen, …")
    about = (
        "intervals (of Tables 1 and 4), unseen (database items), true_masks, shares (of training), masks, components "
        "(of SSGAH), ssgah_gan or dsh_gans_gan (pictures and losses of a GAN)"
    )
    analyse.add_argument("name", help=about)
    analyse.set_defaults(command=analyse_command)


def analyse_command(parsed) -> None:
    """Make an analysis, print its rows and where it is kept; codes that are not in the cache are trained."""
    from adahlib.experiments.analyses import analysis_module

    print(analysis_module(parsed.name).main())
