from django.db import migrations

GUARD = """
CREATE FUNCTION refuse_package_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a package version never changes';
END $$;
CREATE TRIGGER package_versions_never_change BEFORE UPDATE ON package_versions
  FOR EACH ROW EXECUTE FUNCTION refuse_package_version_change();
"""
UNGUARD = """
DROP TRIGGER package_versions_never_change ON package_versions;
DROP FUNCTION refuse_package_version_change();
"""


class Migration(migrations.Migration):
    dependencies = [("packages", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
