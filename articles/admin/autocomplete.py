from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError


def is_key(value):
    """Whether this is a whole number above 0 that every database can hold."""
    value = str(value)
    return value.isascii() and value.isdigit() and len(value) < 19 and int(value) > 0


class _Named:
    """Says what it asks for while it is empty, which is also its accessible name.

    What was sent and is no key at all is not looked up: it is an error of the field.
    """

    def build_attrs(self, base_attrs, extra_attrs=None):
        attrs = super().build_attrs(base_attrs, extra_attrs=extra_attrs)
        label = self.field.verbose_name
        return {**attrs, "data-placeholder": f"Choose the {label}"}

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, list(filter(is_key, value)), attr)


class NamedAutocomplete(_Named, AutocompleteSelect):
    pass


class NamedAutocompleteMultiple(_Named, AutocompleteSelectMultiple):
    pass


class KeysField(forms.ModelMultipleChoiceField):
    """Refuses, beside the field, what is no key at all."""

    def clean(self, value):
        for entry in value or []:
            if not is_key(entry):
                message = self.error_messages["invalid_pk_value"]
                raise ValidationError(
                    message, code="invalid_pk_value", params={"pk": str(entry)[:40]}
                )
        return super().clean(value)


class NamedAutocompletes:
    """For an admin or an inline with `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", NamedAutocomplete(db_field, self.admin_site))
            # What cannot be found by typing cannot be chosen by a forged key either.
            found = self.admin_site.get_model_admin(db_field.remote_field.model)
            kwargs.setdefault("queryset", found.get_queryset(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs.setdefault("form_class", KeysField)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault(
                "widget", NamedAutocompleteMultiple(db_field, self.admin_site)
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)
