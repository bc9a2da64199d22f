from articles.management.moving import MovingCommand
from articles.models import ImportRun


class Command(MovingCommand):
    help = (
        "Bring in a WordPress export (WXR). The command can be stopped and run again; "
        "what is here already stays as it is. It ends with a report, and with status 1 "
        "if an item failed or the file cannot be read to its end."
    )
    kind = ImportRun.Kind.WORDPRESS
