from postdesk.templates import views
from postdesk.templates.alike import BUT_FOR_NUMBER, Alike
from postdesk.templates.render import Renderer
from postdesk.templates.sample import FULL
from postdesk.templates.views import values

HOME = views.Desk("Example Support", "support@example.com", "UTC")
BILLING = views.Desk("Example Support", "billing@example.com", "Europe/Berlin")


def test_a_letter_is_the_same_as_if_it_had_been_written_for_its_number() -> None:
    alike, renderer = Alike(Renderer()), Renderer()
    for name in BUT_FOR_NUMBER:
        for desk in (HOME, BILLING):
            for language in ("en", "de", "xx"):
                for number in (7, 1042, 10**11):
                    given = values(views.UnprovenReceipt(desk, number))
                    written = alike.render(name, language, given)
                    assert written == renderer.render(name, language, given)


def test_every_other_letter_is_written_anew() -> None:
    alike, renderer = Alike(Renderer()), Renderer()
    for name in ("receipt", "notification"):
        for sample in (FULL[name], FULL[name]):
            given = values(sample)
            assert alike.render(name, "en", given) == renderer.render(name, "en", given)
