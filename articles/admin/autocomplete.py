from django.contrib.admin.widgets import AutocompleteSelect


class NamedAutocomplete(AutocompleteSelect):
    """Says what it asks for while it is empty, which is also its accessible name."""

    def build_attrs(self, base_attrs, extra_attrs=None):
        attrs = super().build_attrs(base_attrs, extra_attrs=extra_attrs)
        label = self.field.verbose_name
        return {**attrs, "data-placeholder": f"Choose the {label}"}


class NamedAutocompletes:
    """For an admin or an inline with `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", NamedAutocomplete(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
