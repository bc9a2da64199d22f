"""Model fields that keep what is stored clean, whoever writes it."""

from django.db import models

from newsroom.lib import html, text


class _CleanedField:
    """Cleans on the way to the database and leaves the row object as it is stored."""

    @staticmethod
    def tidy(value):
        raise NotImplementedError

    def pre_save(self, model_instance, add):
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = self.tidy(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return self.tidy(value) if isinstance(value, str) else value


class LineField(_CleanedField, models.CharField):
    """One line of plain text."""

    tidy = staticmethod(text.clean_line)


class PlainTextField(_CleanedField, models.TextField):
    """Several lines of plain text."""

    tidy = staticmethod(text.clean_text)


class HTMLField(_CleanedField, models.TextField):
    """Article HTML, sanitised by `lib.html.clean` on every write."""

    tidy = staticmethod(html.clean)

    def clean(self, value, model_instance):
        return super().clean(html.clean(value) if value else value, model_instance)


class _DerivedField:
    """A column computed from another field of the row at each save."""

    def __init__(self, *args, source, **kwargs):
        self.source = source
        super().__init__(*args, editable=False, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "source": self.source}

    @staticmethod
    def derive(value):
        raise NotImplementedError

    def pre_save(self, model_instance, add):
        value = self.derive(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value


class FoldedField(_DerivedField, models.CharField):
    """`lib.text.name_key` of the source field: equal for two spellings of one name."""

    derive = staticmethod(text.name_key)


class WordCountField(_DerivedField, models.PositiveIntegerField):
    """The number of words in the source field's HTML."""

    @staticmethod
    def derive(value):
        return len(html.clean_to_text(value).split())
